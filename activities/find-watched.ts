import { PROVIDERS } from '../src/providers/registry.js';
import type { Deps } from './deps.js';

/** The accounts that have payouts waiting on a provider whose lists can be watched. */
export const findWatched =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  (): Promise<readonly { readonly provider: string; readonly account: string }[]> =>
    ledger.transaction((tx) =>
      tx.watchedAccounts(PROVIDERS.filter(({ isWatched }) => isWatched).map(({ name }) => name)),
    );
