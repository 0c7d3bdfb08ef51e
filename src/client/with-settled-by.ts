import type { Listed } from '../ledger/read.js';
import { settledBy } from '../payout/settled-by.js';
import { findProvider } from '../providers/registry.js';

/** A row of the list, with what would settle it, in one sentence for people; null where nothing has to. */
export interface ListedPayout extends Listed {
  readonly settledBy: string | null;
}

export const withSettledBy = (listed: Listed): ListedPayout => ({
  ...listed,
  settledBy: settledBy(listed, findProvider(listed.provider)?.contract),
});
