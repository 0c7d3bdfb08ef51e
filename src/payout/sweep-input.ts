export interface SweepInput {
  /** The ledger that this task queue belongs to: `payouts migrate` writes it into the schedule, and workers compare. */
  readonly ledgerId?: string;
  /** Where a sweep that grew too long goes on. */
  readonly after?: string;
  readonly count?: number;
}

export interface Swept {
  /** How many payouts got a carrier again. */
  readonly count: number;
  /** The last of them. */
  readonly revived: readonly string[];
}
