import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createBatches } from '../../src/client/batches.js';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import type { Batches } from '../../src/batch/engine.js';
import { startStack } from '../../src/dev/stack.js';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import type { BenchOptions } from './options.js';
import { startProgram, type Program } from './program.js';
import type { SandboxReady } from './sandbox-program.js';
import { TASK_QUEUES } from './worker-options.js';

/** The servers, the simulated providers and both workers, each a process of its own; the client is this one. */
export interface World {
  readonly client: Client;
  readonly payouts: PayoutsClient;
  readonly batches: Batches;
  readonly ledger: PostgresLedger;
  readonly sandbox: Program<SandboxReady>;
  readonly pids: Pids;
  /** A new process in the place of the payouts' worker. */
  restartWorker(): Promise<void>;
  stop(): Promise<void>;
}

export interface Pids {
  readonly payouts: number;
  readonly floor: number;
  readonly temporal: number;
  readonly postgres: number;
  readonly sandbox: number;
}

export async function startWorld(
  { data, inMemory, profile, heap }: Pick<BenchOptions, 'data' | 'inMemory' | 'profile' | 'heap'>,
  log: (line: string) => void,
): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const persistDir = inMemory ? undefined : await makeFolder(data);
    if (persistDir !== undefined) stops.push(() => rm(persistDir, { recursive: true, force: true }));
    const stack = await startStack({ log, persistDir });
    stops.push(() => stack.stop());
    const sandbox = await startProgram<SandboxReady>('./sandbox-program.js', {});
    stops.push(() => sandbox.stop());
    const ledger = openLedger({ url: stack.databaseUrl, maxConnections: 4 });
    stops.push(() => ledger.close());
    await ledger.migrate();

    // Every time is as in production: nothing is set.
    const env = {
      ...sandbox.ready.env,
      TEMPORAL_ADDRESS: stack.temporal.address,
      TEMPORAL_CONFIG_FILE: '',
      PAYOUTS_DATABASE_URL: stack.databaseUrl,
      PAYOUTS_TASK_QUEUE: TASK_QUEUES.payouts,
    };
    const nodeOptions = [
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
      ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`]),
    ];
    const startWorker = () => startProgram('./payouts-program.js', { env, nodeOptions });
    const floor = await startProgram('./floor-program.js', { env, nodeOptions });
    stops.push(() => floor.stop());
    let worker = await startWorker();
    stops.push(() => worker.stop());
    const connection = await Connection.connect({ address: stack.temporal.address });
    stops.push(() => connection.close());
    const client = new Client({ connection });
    return {
      client,
      payouts: new PayoutsClient({ client, taskQueue: TASK_QUEUES.payouts }),
      batches: createBatches({ client, taskQueue: TASK_QUEUES.payouts, db: ledger.db }),
      ledger,
      sandbox,
      get pids() {
        const { temporal, postgres } = stack;
        return {
          payouts: worker.pid,
          floor: floor.pid,
          temporal: temporal.pid,
          postgres: postgres.pid,
          sandbox: sandbox.pid,
        };
      },
      async restartWorker() {
        await worker.stop();
        worker = await startWorker();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Each run begins with empty databases. */
async function makeFolder(data: string): Promise<string> {
  const folder = resolve(data, `bench-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
