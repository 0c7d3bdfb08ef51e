import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { median } from '../median.js';
import type { ProcessUse } from './worker-process.js';
import type { World } from './world.js';

/** What it takes that so many sleep. */
export interface Rest {
  readonly asleep: number;
  /** Resident memory of each worker process, megabytes: the median of the samples. */
  readonly rssMb: readonly number[];
  /** Of all workers together, in a second in which nothing is started: processor time in milliseconds, transactions of the ledger, requests. */
  readonly cpuMsPerSecond: number;
  readonly transactionsPerSecond: number;
  readonly requestsPerSecond: number;
}

/** What starting them left behind is collected only when a process is idle for a while. */
const SETTLES_MS = 30_000;
const SAMPLES = 10;
const SAMPLE_EVERY_MS = 2_000;
/** How long a measurement takes, with something to spare. */
export const REST_MS = SETTLES_MS + SAMPLES * SAMPLE_EVERY_MS + 10_000;

export async function measureRest(world: World, asleep: number): Promise<Rest> {
  await sleep(SETTLES_MS);
  const before = await read(world);
  const samples: (readonly ProcessUse[])[] = [];
  while (samples.length < SAMPLES) {
    await sleep(SAMPLE_EVERY_MS);
    samples.push(world.workers.map((worker) => worker.use()));
  }
  const after = await read(world);
  const seconds = (after.atMs - before.atMs) / 1_000;
  return {
    asleep,
    rssMb: world.workers.map((_, worker) => median(samples.map((sample) => sample[worker]?.rssMb ?? Number.NaN))),
    cpuMsPerSecond: (after.cpuMs - before.cpuMs) / seconds,
    transactionsPerSecond: (after.transactions - before.transactions) / seconds,
    requestsPerSecond: (after.requests - before.requests) / seconds,
  };
}

async function read({ workers, ledger, sandbox }: World) {
  const { rows } = await sql<{ transactions: number }>`
    select (xact_commit + xact_rollback)::float8 as transactions from pg_stat_database
    where datname = current_database()`.execute(ledger.db);
  return {
    atMs: Date.now(),
    cpuMs: workers.reduce((total, worker) => total + worker.use().cpuMs, 0),
    transactions: rows[0]?.transactions ?? 0,
    requests: sandbox.requests().length,
  };
}
