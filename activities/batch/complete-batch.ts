import { BatchConflict } from '../../src/payout/errors.js';
import type { BatchDeps } from './input.js';

/** The file is here whole: from then on it takes no other rows. Throws `BatchConflict` where it holds another number of them. */
export const completeBatch =
  ({ ledger }: BatchDeps) =>
  async ({ batchId, total }: { readonly batchId: string; readonly total: number }): Promise<void> => {
    if (!(await ledger.transaction((tx) => tx.completeBatch(batchId, total)))) throw new BatchConflict(batchId);
  };
