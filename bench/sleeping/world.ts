import { PayoutsClient } from '../../src/client/payouts-client.js';
import { startStack } from '../../src/dev/stack.js';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import { manifestSandbox } from '../../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../../src/providers/prolific/sandbox.js';
import { respondentSandbox } from '../../src/providers/respondent/sandbox.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { ensureSweepSchedule } from '../../src/temporal/sweep-schedule.js';
import type { SleepingOptions } from './options.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

export interface World {
  readonly sandbox: Sandbox;
  readonly ledger: PostgresLedger;
  readonly payouts: PayoutsClient;
  readonly workers: readonly WorkerProcess[];
  stop(): Promise<void>;
}

const TASK_QUEUE = 'payouts-sleeping';
/** Of all requests: a payout makes four or five. */
const REQUESTS_KEPT = 20;

/** Servers, sandbox and workers, with every time as it is in production. */
export async function startWorld(
  { payouts: count, workers: size, requestsPerSecond }: SleepingOptions,
  log: (line: string) => void,
): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const stack = await startStack({ log, persistDir: process.env['BENCH_DATA'] });
    stops.push(() => stack.stop());
    const sandbox = await startSandbox({
      providers: [
        manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 }),
        prolificSandbox({ visibleAfterMs: 700 }),
        respondentSandbox(),
      ],
      requestsKept: count * REQUESTS_KEPT + 10_000,
    });
    stops.push(() => sandbox.stop());
    const env = {
      TEMPORAL_ADDRESS: stack.temporal.address,
      TEMPORAL_CONFIG_FILE: '',
      PAYOUTS_DATABASE_URL: stack.databaseUrl,
      PAYOUTS_TASK_QUEUE: TASK_QUEUE,
      ...sandbox.env,
      ...Object.fromEntries(
        sandbox.providers.map((name) => [`${name.toUpperCase()}_REQUESTS_PER_SECOND`, requestsPerSecond || '']),
      ),
    };
    const ledger = openLedger({ url: stack.databaseUrl, maxConnections: 2 });
    stops.push(() => ledger.close());
    await ledger.migrate();
    const payouts = await PayoutsClient.connect({ ...env, PAYOUTS_DATABASE_URL: undefined });
    stops.push(() => payouts.close());
    await ensureSweepSchedule(payouts.client, TASK_QUEUE, (await ledger.expectCurrent()).ledgerId);
    const workers = await Promise.all(Array.from({ length: size }, () => startWorkerProcess(env)));
    stops.push(() => Promise.all(workers.map((worker) => worker.stop())));
    return { sandbox, ledger, payouts, workers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
