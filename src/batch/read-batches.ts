import type { Kysely } from 'kysely';
import { readBatch, readBatchProgress, readBatchRows } from '../ledger/read-batch.js';
import { countOpen } from '../payout/batch.js';
import type { Batches } from './engine.js';

/** Batches as the ledger knows them: no server is needed to look at one. A read-only connection is enough. */
export const readBatches = (db: Kysely<unknown>): Omit<Batches, 'start'> => ({
  describe: (batchId) => readBatch(db, batchId),
  async progress(batchId) {
    const progress = await readBatchProgress(db, batchId);
    return progress && { ...progress, ended: progress.total > 0 && countOpen(progress) === 0 };
  },
  rows: (batchId) => readBatchRows(db, batchId),
});
