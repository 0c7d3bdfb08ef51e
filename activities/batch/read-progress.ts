import type { Progress } from '../../src/payout/batch.js';
import { NotFound } from '../../src/payout/errors.js';
import type { BatchDeps } from './input.js';

/** What a batch has come to by the ledger. */
export const readProgress =
  ({ ledger }: BatchDeps) =>
  async ({ batchId }: { readonly batchId: string }): Promise<Progress> => {
    const progress = await ledger.transaction((tx) => tx.progress(batchId));
    if (!progress) throw new NotFound(`batch ${batchId}`);
    return progress;
  };
