import type { Attempt, Claim, Decision, Exchange, Facts, RecordedOutcome, State } from '../../src/payout/facts.js';
import type { Snapshot } from '../../src/payout/outcome.js';
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
  /** The group that carries it; null: it has a carrier of its own. */
  carrier: string | null;
  readonly attempts: AttemptRow[];
  readonly decisions: (Decision & { readonly messageId: string })[];
  readonly events: EventRow[];
}

export interface AttemptRow extends Attempt {
  /** Whom it asks for. A shared one is a row of each of them. */
  readonly references: readonly string[];
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
export function factsOf({ claim, state, attempts, decisions, events, carrier }: PayoutRow, nowMs: number): Facts {
  return asJson({
    nowMs,
    claim,
    state,
    group: carrier,
    attempts: attempts.map((attempt) => attemptOf(attempt, claim.reference)),
    decisions: decisions.map(({ messageId: _messageId, ...decision }) => decision),
    history: events.slice(-HISTORY_ROWS).map(({ atMs, status, evidence }) => ({ atMs, status, evidence })),
  });
}

/** Of a shared call, what is known of one of those whom it asks for. */
function attemptOf({ references: _references, ...attempt }: AttemptRow, reference: string): Attempt {
  const isShared = attempt.isShared === true;
  const exchanges = attempt.exchanges.map(({ grounds: _grounds, worker: _worker, ...exchange }): Exchange => {
    const { snapshot } = exchange;
    return isShared ? { ...exchange, snapshot: (snapshot?.[reference] as Snapshot | undefined) ?? null } : exchange;
  });
  return { ...attempt, isShared, call: isShared ? { ...attempt.call, body: '' } : attempt.call, exchanges };
}

export const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
