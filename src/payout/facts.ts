import type { Change } from './change.js';
import type { Call, Outcome, Snapshot } from './outcome.js';
import type { PayoutRequest } from './request.js';
import type { Status, WaitingFor } from './status.js';

/** All that the ledger knows about one payout, read in one transaction. Instants are epoch milliseconds by the database's clock. */
export interface Facts {
  readonly nowMs: number;
  readonly claim: Claim;
  readonly state: State;
  readonly attempts: readonly Attempt[];
  readonly decisions: readonly Decision[];
  /** The group that carries it together with others; none: a workflow of its own does. */
  readonly group?: string | null;
  /** The newest status rows, oldest first; bounded. */
  readonly history: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly atMs: number;
  readonly status: Status;
  readonly evidence: string;
}

/** Made before any waiting; unique for ever. */
export interface Claim {
  readonly reference: string;
  readonly provider: string;
  readonly account: string;
  readonly host: string;
  /** Keyed hash of the credentials that claimed it. */
  readonly credentials: string;
  readonly request: PayoutRequest;
  readonly claimedAtMs: number;
}

/** The newest status row. */
export interface State {
  readonly version: number;
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  readonly evidence: string;
  readonly providerReference: string | null;
  readonly amountMinor: number | null;
  /** A later return is possible and is watched for. */
  readonly mayReturn: boolean;
  /** The provider's own date of a payout that it schedules. */
  readonly providerDateMs: number | null;
  /** Since when it has this status. */
  readonly sinceMs: number;
  /** When somebody means to act next; null: nobody. */
  readonly nextAtMs: number | null;
}

/** One idempotency key and one exact body. */
export interface Attempt {
  readonly id: number;
  readonly number: number;
  readonly idempotencyKey: string;
  readonly call: Call;
  readonly subject: string | null;
  /** One call asks for several payouts. Its body is not among the facts of one of them. */
  readonly isShared?: boolean;
  readonly exchanges: readonly Exchange[];
}

/** One HTTP request on an attempt. */
export interface Exchange {
  readonly id: number;
  readonly openedAtMs: number;
  /** After this instant the bytes may not leave any more. */
  readonly sendByMs: number;
  /** `send_by` + time-out: after this instant no reply of it can still be on its way to us. */
  readonly closesAtMs: number;
  readonly credentials: string;
  readonly snapshot: Snapshot | null;
  /** Usually one. A worker that was frozen may add its own late. */
  readonly outcomes: readonly RecordedOutcome[];
}

export interface RecordedOutcome {
  readonly atMs: number;
  readonly outcome: Outcome;
}

/** Counts once it is a ledger row. */
export type Decision = DecisionMade & { readonly id: number; readonly atMs: number };

export type DecisionMade =
  | { readonly kind: 'cancel'; readonly by: string; readonly reason: string }
  /** Another date, description or metadata: whatever of them is given. */
  | ({ readonly kind: 'reschedule'; readonly by: string } & Change)
  | { readonly kind: 'resume'; readonly by: string }
  | {
      readonly kind: 'resolve';
      readonly by: string;
      readonly paid: boolean;
      readonly payAgain: boolean;
      readonly evidence: string;
    };
