import type { BatchTransaction } from '../../src/ledger/batch-transaction.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Deps } from '../deps.js';

/** What the steps of groups and batches work with: a ledger that knows many payouts at once. */
export interface GroupDeps extends Deps {
  readonly ledger: Ledger<BatchTransaction>;
}
