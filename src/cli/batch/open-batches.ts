import type { Kysely } from 'kysely';
import type { Batches } from '../../batch/engine.js';
import { readBatches } from '../../batch/read-batches.js';
import { createBatches } from '../../client/batches.js';
import { databaseUrl } from '../database-url.js';
import { withPayouts } from '../open-payouts.js';
import { openReadOnly } from '../payout-reader.js';
import type { Env } from '../temporal.js';

/** Batches that were started, and the ledger that says where their payouts stand. */
export interface KeptBatches {
  readonly batches: Omit<Batches, 'start'>;
  readonly db: Kysely<unknown>;
}

/** Connects to server and ledger, does the work, and closes whatever came of it. */
export const withBatches = <T>(
  env: Env,
  work: (open: KeptBatches & { readonly batches: Batches }) => Promise<T>,
): Promise<T> =>
  withLedger(env, (db) =>
    withPayouts(env, ({ temporal: { client, target } }) =>
      work({ batches: createBatches({ client, taskQueue: target.taskQueue, db }), db }),
    ),
  );

/** The same with the ledger alone, for looking. */
export const withKeptBatches = <T>(env: Env, work: (open: KeptBatches) => Promise<T>): Promise<T> =>
  withLedger(env, (db) => work({ batches: readBatches(db), db }));

async function withLedger<T>(env: Env, work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
  const { db, close } = openReadOnly(databaseUrl(env));
  try {
    return await work(db);
  } finally {
    await close();
  }
}
