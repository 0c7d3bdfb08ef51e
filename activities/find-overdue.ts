import type { Deps } from './deps.js';

/** Long enough that a carrier which is merely slow is left alone. */
const GRACE_MS = 2 * 60_000;
/** What is left over is found by the next sweep, so that no history grows large. */
const MOST = 200;

/** The open payouts whose next step should have been taken by now, the longest overdue first. */
export const findOverdue =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  (): Promise<readonly string[]> =>
    ledger.transaction((tx) => tx.overdue(GRACE_MS, MOST));
