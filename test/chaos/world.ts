import { join } from 'node:path';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { openFolder } from '../../src/dev/open-folder.js';
import { makeOwnedFolder, sweepOwnedFolders } from '../../src/dev/owned-folder.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import { manifestSandbox } from '../../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../../src/providers/prolific/sandbox.js';
import { respondentSandbox } from '../../src/providers/respondent/sandbox.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { ensureSweepSchedule } from '../../src/temporal/sweep-schedule.js';
import { startGuard } from './guard.js';
import type { ChaosOptions, Log } from './options.js';
import { PROLIFIC_ACCOUNTS, RESPONDENT_ACCOUNTS } from './plan-traffic.js';
import { startKillablePostgres, startKillableTemporal, type KillableServer } from './servers.js';
import { startWorkerPool, type WorkerPool } from './worker-pool.js';

/** Everything that can be killed, and what watches it: the sandbox with its journal, the ledger, a client. */
export interface World {
  readonly temporal: KillableServer;
  readonly postgres: KillableServer;
  readonly workers: WorkerPool;
  readonly sandbox: Sandbox;
  readonly ledger: PostgresLedger;
  readonly payouts: PayoutsClient;
  stop(): Promise<void>;
}

/** Short, so that an hour of production fits into minutes; wide enough that a busy machine alone misses none of them. */
const TIMES = {
  PAYOUTS_POLL_MS: '500',
  PAYOUTS_HTTP_TIMEOUT_MS: '4000',
  PAYOUTS_SEND_BY_MS: '4000',
  PAYOUTS_SETTLE_MS: '8000',
  PAYOUTS_OPERATOR_RETRY_MS: '8000',
  // Both sides of the window are lived: the same key at once, and later only after a look.
  PAYOUTS_KEY_WINDOW_MS: '30000',
  PAYOUTS_RETURN_WINDOW_MS: '3600000',
};

const TASK_QUEUE = 'payouts-chaos';

export async function startWorld(options: ChaosOptions, log: Log): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const guard = startGuard();
    stops.push(() => guard.stop());
    const parent = await openFolder(undefined);
    await sweepOwnedFolders(parent, FOLDER_PREFIX);
    const folder = await makeOwnedFolder(parent, FOLDER_PREFIX);
    stops.push(() => folder.remove());
    const binary = await findTemporal({ log });
    const temporal = await startKillableTemporal(binary, join(folder.path, 'temporal'), guard, log);
    stops.push(() => temporal.stop());
    const postgres = await startKillablePostgres(guard, log);
    stops.push(() => postgres.stop());
    const ledger = openLedger({ url: postgres.address, maxConnections: 5 });
    stops.push(() => ledger.close());
    await ledger.migrate();
    const sandbox = await startProviders(options.seed);
    stops.push(() => sandbox.stop());
    const env = toEnv(temporal.address, postgres.address, sandbox);
    const payouts = await PayoutsClient.connect(env);
    stops.push(() => payouts.close());
    await ensureSweepSchedule(payouts.client, TASK_QUEUE, (await ledger.expectCurrent()).ledgerId);
    const workers = startWorkerPool(options.workers, env, guard, log);
    stops.push(() => workers.stop());
    return { temporal, postgres, workers, sandbox, ledger, payouts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const FOLDER_PREFIX = 'chaos-';
const PROLIFIC_TOKENS = PROLIFIC_ACCOUNTS.map((account) => `sandbox-prolific-${account}`) as [string, ...string[]];

const startProviders = (seed: number): Promise<Sandbox> =>
  startSandbox({
    seed,
    providers: [
      manifestSandbox({ createdMs: 100, readyMs: 300, pendingMs: 300 }),
      prolificSandbox({ visibleAfterMs: 500, tokens: PROLIFIC_TOKENS }),
      respondentSandbox({ visibleAfterMs: 300 }),
    ],
  });

/** What workers and clients are configured with; nothing of the shell's. */
function toEnv(temporalAddress: string, databaseUrl: string, sandbox: Sandbox): Record<string, string> {
  const env: Record<string, string> = {
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_CONFIG_FILE: '',
    PAYOUTS_TASK_QUEUE: TASK_QUEUE,
    PAYOUTS_DATABASE_URL: databaseUrl,
    ...sandbox.env,
    RESPONDENT_GUARD: 'proven',
    ...TIMES,
  };
  PROLIFIC_ACCOUNTS.forEach(
    (account, index) => (env[named('PROLIFIC_API_TOKEN', account)] = PROLIFIC_TOKENS[index] ?? ''),
  );
  for (const account of RESPONDENT_ACCOUNTS)
    for (const name of ['RESPONDENT_API_KEY', 'RESPONDENT_API_SECRET']) env[named(name, account)] = env[name] ?? '';
  return env;
}

const named = (variable: string, account: string): string =>
  account === 'default' ? variable : `${variable}__${account.toUpperCase()}`;
