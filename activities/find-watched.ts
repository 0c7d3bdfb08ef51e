import { PROVIDERS } from '../src/providers/registry.js';
import type { Deps } from './deps.js';

/** A date that comes before the next sweep. */
export const SOON_MS = 10 * 60_000;

/** The accounts that have payouts waiting on a provider whose lists can be watched. */
export const findWatched =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  (): Promise<readonly { readonly provider: string; readonly account: string }[]> =>
    ledger.transaction((tx) =>
      tx.watchedAccounts(
        PROVIDERS.filter(({ isWatched }) => isWatched).map(({ name }) => name),
        SOON_MS,
      ),
    );
