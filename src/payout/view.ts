import type { Next } from './decide.js';
import type { DecisionMade } from './facts.js';
import type { Show } from './show.js';
import type { Status } from './status.js';

/** What a step tells the workflow: where the payout stands by the ledger, and what is to be done next. */
export interface View extends Show {
  readonly next: Next;
  /** The database's clock when this was read; waits are counted from it. */
  readonly nowMs: number;
  /** Grows with every status row: the greater view is the newer. */
  readonly version: number;
  /** The ledger this was read from. The workflow keeps to it. */
  readonly ledgerId: string;
}

/** Starts a payout, or, by reference alone, carries on one that is already claimed. */
export type PayoutInput = {
  readonly reference: string;
  readonly provider?: string;
  readonly account?: string;
} & Readonly<Record<string, unknown>>;

/** Which payout a step is about, and which ledger it was begun on. */
export interface StepInput {
  readonly reference: string;
  readonly ledgerId?: string;
}

/** The request as it was given: parsed by the step, since only steps may hold schemas. Absent: as claimed. */
export interface SubmitInput extends StepInput {
  readonly request?: PayoutInput;
  /** The group that acts for it: one that has left the group meanwhile is left alone. */
  readonly group?: string;
}

export interface DecisionInput extends StepInput {
  readonly decision: DecisionMade;
  /** The same message counts once. */
  readonly messageId: string;
}

/** What a cancel came to. */
export interface CancelResult {
  readonly result: 'canceled' | 'too_late' | 'in_doubt';
  readonly status: Status;
}
