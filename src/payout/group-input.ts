/** Payouts of one account that are carried together. */
export interface GroupInput {
  /** The id of the workflow that carries them; the ledger knows them by it. */
  readonly carrier: string;
  readonly provider: string;
  readonly account: string;
  readonly ledgerId?: string;
}

/** Where a group stands after a step. */
export interface GroupTurn {
  /** How many of its payouts have not ended. */
  readonly open: number;
  /** When one of them has its next step, milliseconds from now; absent: the account's watcher will write the news down. */
  readonly pauseMs?: number;
  readonly ledgerId: string;
}

/** A group that should have taken a step by now. */
export type OverdueGroup = Pick<GroupInput, 'carrier' | 'provider' | 'account'>;
