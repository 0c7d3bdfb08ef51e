import type { Attempt, Decision, Exchange, Facts, RecordedOutcome } from './facts.js';
import type { Outcome } from './outcome.js';

/**
 * What all exchanges of a payout say together. `accepted` if any was; `rejected` only if every one was rejected or
 * unsent; `open` while one may still be on its way; otherwise `ambiguous`.
 */
export type Verdict = 'none' | 'open' | 'accepted' | 'rejected' | 'ambiguous';

export function decideVerdict(exchanges: readonly Exchange[], nowMs: number): Verdict {
  if (exchanges.length === 0) return 'none';
  const kinds = exchanges.flatMap((exchange) => exchange.outcomes.map(({ outcome }) => outcome.kind));
  if (kinds.includes('accepted')) return 'accepted';
  if (exchanges.some((exchange) => isOpen(exchange, nowMs))) return 'open';
  const everyOneAnswered = exchanges.every((exchange) => exchange.outcomes.length > 0);
  return everyOneAnswered && kinds.every((kind) => kind === 'rejected' || kind === 'unsent') ? 'rejected' : 'ambiguous';
}

/** No outcome yet, and its request may still be on its way: it is waited out before it is doubted. */
export const isOpen = (exchange: Exchange, nowMs: number): boolean =>
  exchange.outcomes.length === 0 && nowMs < exchange.closesAtMs;

/**
 * The exchanges that still count. A person's word that nothing was paid settles all that were closed when it was said;
 * that word is one of the stated assumptions. An acceptance that came later is not overruled by it.
 */
export function countingExchanges(facts: Facts): readonly Exchange[] {
  const word = lastNotPaid(facts.decisions);
  const all = facts.attempts.flatMap((attempt) => attempt.exchanges);
  return word
    ? all.filter((exchange) => exchange.closesAtMs > word.atMs || wasAcceptedSince(exchange, word.atMs))
    : all;
}

/** A worker that was frozen may bring an acceptance late: it outranks what a person said before, or in the same moment. */
const wasAcceptedSince = ({ outcomes }: Exchange, instantMs: number): boolean =>
  outcomes.some(({ atMs, outcome }) => outcome.kind === 'accepted' && atMs >= instantMs);

/** What is known of the exchanges that still count, in their order. */
export const countingOutcomes = (facts: Facts): readonly RecordedOutcome[] =>
  countingExchanges(facts).flatMap(({ outcomes }) => outcomes);

/** What a refusal for good says of this payout, or nothing. One that names other payouts of a shared call is none of ours. */
export function refusedForGood(outcome: Outcome, reference: string): string | undefined {
  if (outcome.kind !== 'rejected' || outcome.mend !== 'never') return undefined;
  if (outcome.rows === undefined) return outcome.message;
  return outcome.rows.find((row) => row.reference === reference)?.message;
}

/**
 * The attempt that another request would go on; none: it would be a new one. A shared call is repeated by its group, for all whom it
 * asks for, or never again. One that was refused because of others is over: whoever is left goes on under another key.
 */
export function attemptToRepeat(facts: Facts, actsForAll: boolean): Attempt | undefined {
  const last = lastAttempt(facts);
  if (!last?.isShared) return last;
  const outcomes = last.exchanges.flatMap((exchange) => exchange.outcomes);
  const isOver = outcomes.some(({ outcome }) => outcome.kind === 'rejected' && outcome.mend === 'never');
  return actsForAll && !isOver ? last : undefined;
}

export const lastAttempt = (facts: Facts): Attempt | undefined => facts.attempts.at(-1);

export function lastNotPaid(decisions: readonly Decision[]): (Decision & { kind: 'resolve' }) | undefined {
  return decisions.findLast((decision) => decision.kind === 'resolve' && !decision.paid) as
    (Decision & { kind: 'resolve' }) | undefined;
}

/** The earliest instant at which missing records can mean anything: every exchange is closed and the records had time to settle. */
export function absenceKnowableAtMs(exchanges: readonly Exchange[], settleMs: number): number {
  return Math.max(0, ...exchanges.map((exchange) => exchange.closesAtMs)) + settleMs;
}
