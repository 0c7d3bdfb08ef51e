import type { Deps } from './deps.js';

/** Long enough that a carrier which is merely slow is left alone. */
const GRACE_MS = 2 * 60_000;
const PAGE = 200;

export interface OverdueInput {
  /** The last reference of the page before; empty for the first page. */
  readonly after: string;
}

export interface OverduePage {
  readonly references: readonly string[];
  readonly isLast: boolean;
}

/**
 * One page of the open payouts whose next step should have been taken by now. Paged by reference: those that have a carrier
 * which is merely late stay overdue, and must not hide the others.
 */
export const findOverdue =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  async ({ after }: OverdueInput): Promise<OverduePage> => {
    const references = await ledger.transaction((tx) => tx.overdue(GRACE_MS, PAGE, after));
    return { references, isLast: references.length < PAGE };
  };
