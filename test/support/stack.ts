import { isDeepStrictEqual } from 'node:util';
import { Runtime } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { expect, inject } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import { readShow } from '../../src/ledger/read.js';
import type { Show } from '../../src/payout/show.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { manifestSandbox, type ManifestSandboxOptions } from '../../src/providers/manifest/sandbox.js';
import { prolificSandbox, type ProlificSandboxOptions } from '../../src/providers/prolific/sandbox.js';
import { respondentSandbox, type RespondentSandboxOptions } from '../../src/providers/respondent/sandbox.js';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import type { OracleRow } from '../../src/sandbox/oracle.js';
import type { Payment } from '../../src/sandbox/provider.js';
import { journalKey } from '../../src/sandbox/registry.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { isEncrypting } from '../../src/temporal/data-converter.js';
import { createWorker, type PayoutsWorker } from '../../src/worker/create-worker.js';
import { makeDatabase } from './database.js';
import { encryptingWorkflows } from './encrypting-workflows.js';
import { quiet } from './quiet.js';
import { until } from './until.js';
import { PAYING_ROUTES, shortId, type ProviderName } from './requests.js';

type Env = Readonly<Record<string, string>>;

export interface StartPayoutsOptions {
  readonly manifest?: ManifestSandboxOptions;
  readonly prolific?: ProlificSandboxOptions;
  readonly respondent?: RespondentSandboxOptions;
  /** Environment variables that differ from the short times below. */
  readonly env?: Env;
  /** An empty database; a new one on the run's Postgres unless given. */
  readonly databaseUrl?: string;
  /** How many workers run in this process; 0 for a test that brings its own. */
  readonly workers?: number;
}

/** Everything that payouts need, for one test file: its own ledger, task queue, simulated providers, workers and client. */
export interface TestStack {
  /** What a worker or a client in another process is configured with. */
  readonly env: Env;
  readonly databaseUrl: string;
  readonly ledger: PostgresLedger;
  readonly sandbox: Sandbox;
  readonly payouts: PayoutsClient;
  readonly client: Client;
  /** Starts one more worker, with other settings where given. It is stopped with the stack, or before. */
  startWorker(env?: Env): Promise<{ stop(): Promise<void> }>;
  /** Starts a payout and waits for its end. */
  pay(request: { readonly reference: string }): Promise<Show>;
  /** What the ledger says; fails where it knows nothing. */
  show(reference: string): Promise<Show>;
  /** Waits until the ledger says so, and gives what it says then. */
  until(reference: string, expected: Partial<Show>): Promise<Show>;
  /** What was really paid, or is due, for this request: by the sandbox's journal. */
  payments(request: object): readonly Payment[];
  /** How often the provider was asked to pay, whatever came of it. */
  payingCalls(provider: ProviderName): number;
  /**
   * The oracle: the ledger and what the sandbox really paid agree, payout by payout. Every test ends with it.
   * Beside tests that still run, only the references given are judged.
   */
  expectAgreement(...references: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Short, so that tests need not wait; long enough for two busy cores. */
const SHORT_TIMES: Env = {
  PAYOUTS_POLL_MS: '200',
  PAYOUTS_SETTLE_MS: '1500',
  PAYOUTS_HTTP_TIMEOUT_MS: '1500',
  PAYOUTS_SEND_BY_MS: '1500',
  PAYOUTS_OPERATOR_RETRY_MS: '60000',
  PAYOUTS_FALLBACK_MS: '500',
};

let isInstalled = false;

export async function startPayouts(options: StartPayoutsOptions = {}): Promise<TestStack> {
  if (!isInstalled)
    Runtime.install({
      logger: quiet,
      telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
      shutdownSignals: [],
    });
  isInstalled = true;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const databaseUrl = options.databaseUrl ?? (await makeDatabase());
    const ledger = openLedger({ url: databaseUrl, maxConnections: 5 });
    stops.push(() => ledger.close());
    await ledger.migrate();
    const sandbox = await startSandbox({
      providers: [
        manifestSandbox({ createdMs: 100, readyMs: 100, pendingMs: 200, ...options.manifest }),
        prolificSandbox({ visibleAfterMs: 300, ...options.prolific }),
        respondentSandbox(options.respondent),
      ],
    });
    stops.push(() => sandbox.stop());
    const env: Env = {
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: 'default',
      PAYOUTS_TASK_QUEUE: `payouts-${shortId()}`,
      PAYOUTS_DATABASE_URL: databaseUrl,
      ...sandbox.env,
      ...SHORT_TIMES,
      ...options.env,
    };
    const payouts = await PayoutsClient.connect(env);
    stops.push(() => payouts.close());
    const startWorker = async (other: Env = {}) => {
      const worker = await runWorker({ ...env, ...other });
      stops.push(() => worker.stop());
      return worker;
    };
    await Promise.all(Array.from({ length: options.workers ?? 1 }, () => startWorker()));

    const show = async (reference: string): Promise<Show> => {
      const shown = await readShow(ledger.db, reference);
      if (!shown) throw new Error(`the ledger has no payout ${reference}`);
      return shown;
    };
    return {
      env,
      databaseUrl,
      ledger,
      sandbox,
      payouts,
      client: payouts.client,
      startWorker,
      pay: async (request) => (await payouts.start(request)).result(),
      show,
      until: async (reference, expected) =>
        (await until(
          () => readShow(ledger.db, reference),
          (shown) => isDeepStrictEqual({ ...shown, ...expected }, shown),
          () => JSON.stringify(expected),
        )) as Show,
      payments: (request) => {
        const key = journalKey(parseRequest(request), null);
        return sandbox.journal().filter((payment) => payment.key === key);
      },
      payingCalls: (provider) => sandbox.requests().filter(({ route }) => route === PAYING_ROUTES[provider]).length,
      expectAgreement: async (...references) => {
        const { rows } = await compareWithLedger(ledger.db, sandbox.journal());
        const isJudged = ({ reference }: OracleRow) =>
          references.length === 0 || reference === undefined || references.includes(reference);
        expect(rows.filter(isJudged).filter(({ verdict }) => verdict !== 'agrees')).toEqual([]);
        expect(rows.map(({ reference }) => reference)).toEqual(expect.arrayContaining([...references]));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A stack for one test alone, which ends with the oracle. */
export async function withPayouts(
  options: StartPayoutsOptions,
  test: (stack: TestStack) => Promise<void>,
): Promise<void> {
  const stack = await startPayouts(options);
  try {
    await test(stack);
    await stack.expectAgreement();
  } finally {
    await stack.stop();
  }
}

async function runWorker(env: Env): Promise<{ stop(): Promise<void> }> {
  const workflows = isEncrypting(env)
    ? await encryptingWorkflows(env)
    : { workflowBundle: { codePath: inject('workflowBundle') } };
  const worker: PayoutsWorker = await createWorker({ env, workflows });
  const running = worker.run();
  // Heard of at the end; until then it must not end the process.
  running.catch(() => undefined);
  return {
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
