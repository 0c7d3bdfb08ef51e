import type { Attempt, Claim, Decision, Exchange, Facts, RecordedOutcome, State } from '../../src/payout/facts.js';
import type { Status, WaitingFor } from '../../src/payout/status.js';

/** The rows of the ledger in memory. */
export interface Tables {
  readonly payouts: Map<string, PayoutRow>;
  /** By the reference in lower case: the one that was claimed. */
  readonly folded: Map<string, string>;
  readonly attempts: Map<number, AttemptRow>;
  readonly exchanges: Map<number, ExchangeRow>;
  readonly keys: Set<string>;
  /** Those that are not released. */
  readonly tickets: Set<TicketRow>;
  lastId: number;
}

export const emptyTables = (): Tables => ({
  payouts: new Map(),
  folded: new Map(),
  attempts: new Map(),
  exchanges: new Map(),
  keys: new Set(),
  tickets: new Set(),
  lastId: 0,
});

export interface PayoutRow {
  readonly claim: Claim;
  state: State;
  updatedAtMs: number;
  isUntold: boolean;
  readonly attempts: AttemptRow[];
  readonly decisions: (Decision & { readonly messageId: string })[];
  readonly events: EventRow[];
}

export interface AttemptRow extends Attempt {
  readonly exchanges: ExchangeRow[];
}

export interface ExchangeRow extends Exchange {
  readonly outcomes: RecordedOutcome[];
  readonly grounds: string;
  readonly worker: string;
}

export interface EventRow {
  readonly id: number;
  readonly atMs: number;
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  readonly evidence: string;
  readonly isBreak: boolean;
}

export interface TicketRow {
  readonly id: number;
  readonly lane: string;
  readonly reference: string;
  readonly rank: number;
  engaged: boolean;
  /** Null: held until released. */
  leasedUntilMs: number | null;
}

const HISTORY_ROWS = 30;

/** The facts as JSON, as Postgres gives them: nothing of what a caller does to them comes back into the tables. */
export function factsOf({ claim, state, attempts, decisions, events }: PayoutRow, nowMs: number): Facts {
  return asJson({
    nowMs,
    claim,
    state,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      exchanges: attempt.exchanges.map(({ grounds: _grounds, worker: _worker, ...exchange }) => exchange),
    })),
    decisions: decisions.map(({ messageId: _messageId, ...decision }) => decision),
    history: events.slice(-HISTORY_ROWS).map(({ atMs, status, evidence }) => ({ atMs, status, evidence })),
  });
}

export const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
