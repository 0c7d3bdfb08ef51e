import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createLedgerActivities, createProviderActivities } from '../../activities/index.js';
import { systemClock, type ServedAccount } from '../../activities/deps.js';
import type { GroupDeps } from '../../activities/group/input.js';
import { openLedger, type PostgresLedger } from '../ledger/ledger.js';
import { ConfigError } from '../providers/config-error.js';
import { readTemporalTarget, type TemporalTarget } from '../temporal/connect-options.js';
import { isEncrypting, readDataConverter } from '../temporal/data-converter.js';
import { expectPinned } from '../temporal/sweep-schedule.js';
import type { Tracing } from '../tracing/tracing.js';
import { readServedAccounts } from './accounts.js';
import { readCachedWorkflows } from './cached-workflows.js';
import { createCarriers } from './carriers.js';
import { connectNative } from './connect.js';
import { queueLimits } from './queue-limits.js';
import { traceAccounts, withTracing } from './with-tracing.js';
import { readWorkerDataConverter } from './worker-data-converter.js';
import { expectEncoding, workflowSource, type WorkflowSource } from './workflow-source.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface PayoutsWorkerOptions {
  /** Where everything is configured; `process.env` unless given. */
  readonly env?: Env;
  /** Kept open by the caller. Opened from PAYOUTS_DATABASE_URL, and closed again, unless given. */
  readonly ledger?: PostgresLedger;
  readonly connection?: NativeConnection;
  /** Where the workflows come from, such as a bundle that several workers share. The build's own, or bundled now, unless given. */
  readonly workflows?: WorkflowSource;
  /** Passed on to every Temporal worker, such as `maxCachedWorkflows`. */
  readonly workerOptions?: Partial<WorkerOptions>;
  /** Made by `createTracing` of `temporal-payouts/tracing`, and closed by the caller. Without it nothing is traced. */
  readonly tracing?: Tracing;
}

/** A running set of Temporal workers: one for the workflows, one for each account that there are credentials for. */
export interface PayoutsWorker {
  readonly accounts: readonly ServedAccount[];
  readonly taskQueues: readonly string[];
  /** Runs until `shutdown`, or throws what stopped it. */
  run(): Promise<void>;
  /** Takes no new steps, and lets those under way finish. */
  shutdown(): void;
}

/** The longest a step at a provider takes in the ordinary case: reads, the call, and a short follow. */
const GRACE_MARGIN_MS = 10_000;

/**
 * For the workflows' own code, which takes milliseconds. The SDK's 5 s also run while a process or its machine is suspended, and Node can
 * crash when it then interrupts the code in the middle of a promise (nodejs/node#38503): a worker that wakes up would end.
 */
const WORKFLOW_CODE_MAY_TAKE = '10 minutes';

/**
 * Wires the ledger, the providers and Temporal. Throws `ConfigError`, `LedgerSchema`, `LedgerMismatch`, `LedgerUnreachable` or
 * `ServerUnreachable` before anything is polled.
 */
export async function createWorker(options: PayoutsWorkerOptions = {}): Promise<PayoutsWorker> {
  const env = options.env ?? process.env;
  const target = readTemporalTarget(env);
  const dataConverter = readDataConverter(env);
  const { tracing } = options;
  const workflows = options.workflows ?? workflowSource(env, { tracing: tracing !== undefined });
  if (isEncrypting(env)) await expectEncoding(workflows);
  const ledger = options.ledger ?? openLedger({ url: databaseUrl(env) });
  const close: (() => Promise<void>)[] = options.ledger ? [] : [() => ledger.close()];
  try {
    const accounts = readServedAccounts(env, ledger);
    const standing = await ledger.expectCurrent();
    const connection = options.connection ?? (await connectNative(target));
    if (!options.connection) close.push(() => connection.close());
    const interceptors = { workflow: tracing ? [tracing.client] : [] };
    const client = new Client({ connection, namespace: target.namespace, dataConverter, interceptors });
    await expectPinned(client, target.taskQueue, standing.ledgerId);
    const deps = {
      ledger,
      standing,
      accounts: tracing ? traceAccounts(accounts, tracing) : accounts,
      worker: `${hostname()}/${process.pid}`,
      clock: systemClock,
      carriers: createCarriers(client, target.taskQueue),
    };
    const workerOptions = {
      maxCachedWorkflows: readCachedWorkflows(env),
      isolateExecutionTimeout: WORKFLOW_CODE_MAY_TAKE,
      dataConverter: readWorkerDataConverter(env),
      ...options.workerOptions,
    };
    const workers = await createWorkers(connection, target, deps, { workflows, workerOptions }, tracing);
    return {
      accounts,
      taskQueues: workers.map((worker) => worker.options.taskQueue),
      run: () => runAll(workers).finally(() => closeAll(close)),
      shutdown: () => shutdownAll(workers),
    };
  } catch (error) {
    // What it failed of matters, not that something of it cannot be closed now.
    await closeAll(close).catch(() => undefined);
    throw error;
  }
}

async function createWorkers(
  connection: NativeConnection,
  { namespace, taskQueue }: TemporalTarget,
  deps: GroupDeps,
  { workflows = {}, workerOptions = {} }: Pick<PayoutsWorkerOptions, 'workflows' | 'workerOptions'>,
  tracing: Tracing | undefined,
): Promise<Worker[]> {
  const { accounts, worker } = deps;
  const shared = { connection, namespace, identity: `payouts-worker@${worker}`, ...workerOptions };
  const graceMs =
    Math.max(0, ...accounts.map(({ timing }) => timing.sendByMs + timing.httpTimeoutMs)) + GRACE_MARGIN_MS;
  return Promise.all([
    Worker.create({
      ...shared,
      taskQueue,
      ...workflows,
      ...withTracing(workerOptions, tracing, { workflows }),
      activities: createLedgerActivities(deps),
      shutdownGraceTime: graceMs,
    }),
    ...accounts.map((served) =>
      Worker.create({
        ...shared,
        ...queueLimits(served, workerOptions),
        ...withTracing(workerOptions, tracing, { served }),
        taskQueue: `${taskQueue}/${served.provider.name}/${served.name}`,
        activities: createProviderActivities({ ...deps, accounts: [served] }),
        shutdownGraceTime: graceMs,
      }),
    ),
  ]);
}

function databaseUrl(env: Env): string {
  const url = env['PAYOUTS_DATABASE_URL'];
  if (!url)
    throw new ConfigError('PAYOUTS_DATABASE_URL', 'is missing; for example postgres://user@localhost:5432/payouts');
  return url;
}

/** One that stops takes the others with it: a worker that serves half of its queues would look healthy. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run().finally(() => shutdownAll(workers)));
  const results = await Promise.allSettled(runs);
  const broken = results.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
}

function shutdownAll(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

async function closeAll(close: readonly (() => Promise<void>)[]): Promise<void> {
  for (const one of close.toReversed()) await one();
}
