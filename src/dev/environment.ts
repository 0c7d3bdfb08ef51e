import { PayoutsClient } from '../client/payouts-client.js';
import { openLedger, type PostgresLedger } from '../ledger/ledger.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { sandboxFactories } from '../sandbox/registry.js';
import { ensureSweepSchedule } from '../temporal/sweep-schedule.js';
import { createWorker } from '../worker/create-worker.js';
import type { Log } from './progress.js';
import { startStack, type Stack } from './stack.js';

export interface EnvironmentOptions {
  readonly log: Log;
  readonly ui?: boolean;
  /** Where server and ledger keep their data; without it nothing outlives the environment. */
  readonly persistDir?: string;
  /** Shorter times than those of production. */
  readonly times?: Readonly<Record<string, string>>;
}

/** Everything that a payout needs, on this machine: server, ledger, simulated providers, worker and client. */
export interface Environment {
  /** What another shell needs to talk to it. Made-up credentials only. */
  readonly env: Readonly<Record<string, string>>;
  readonly stack: Stack;
  readonly ledger: PostgresLedger;
  readonly sandbox: Sandbox;
  readonly payouts: PayoutsClient;
  /** Rejects when the worker ends by itself. */
  readonly running: Promise<void>;
  stop(): Promise<void>;
}

/** Its own queue, so that a demo in a production shell can never answer for real payouts. */
const TASK_QUEUE = 'payouts-dev';

/** Starts all of it, or leaves nothing behind. Whatever is set in the shell's environment is not used. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { log, ui, persistDir, times = {} } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    log('starting the Temporal server and Postgres');
    const stack = await startStack({ log, ui, persistDir });
    stops.push(() => stack.stop());
    const ledger = openLedger({ url: stack.databaseUrl });
    stops.push(() => ledger.close());
    await ledger.migrate();
    const { ledgerId } = await ledger.expectCurrent();
    const sandbox = await startSandbox({ providers: sandboxFactories() });
    stops.push(() => sandbox.stop());
    const env = {
      TEMPORAL_ADDRESS: stack.temporal.address,
      TEMPORAL_NAMESPACE: stack.temporal.namespace,
      // What a shell or a configuration file says of another server must not reach this one.
      TEMPORAL_CONFIG_FILE: '',
      TEMPORAL_PROFILE: '',
      TEMPORAL_API_KEY: '',
      TEMPORAL_TLS: '',
      PAYOUTS_TASK_QUEUE: TASK_QUEUE,
      PAYOUTS_DATABASE_URL: stack.databaseUrl,
      PAYOUTS_UI_URL: stack.temporal.uiUrl ?? '',
      ...sandbox.env,
      ...times,
    };
    log('starting a worker');
    const worker = await createWorker({ env, ledger });
    const running = worker.run();
    // Whoever waits for it hears of it; before that it must not end the process.
    running.catch(() => undefined);
    stops.push(async () => {
      worker.shutdown();
      await running.catch(() => undefined);
    });
    const payouts = await PayoutsClient.connect(env);
    stops.push(() => payouts.close());
    await ensureSweepSchedule(payouts.client, TASK_QUEUE, ledgerId);
    return { env, stack, ledger, sandbox, payouts, running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
