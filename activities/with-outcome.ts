import type { Facts } from '../src/payout/facts.js';
import type { Outcome } from '../src/payout/outcome.js';

/** The facts as they are with the outcome that was just written. */
export function withOutcome(facts: Facts, exchangeId: number, outcome: Outcome): Facts {
  const recorded = { atMs: facts.nowMs, outcome };
  const attempts = facts.attempts.map((attempt) => ({
    ...attempt,
    exchanges: attempt.exchanges.map((exchange) =>
      exchange.id === exchangeId ? { ...exchange, outcomes: [...exchange.outcomes, recorded] } : exchange,
    ),
  }));
  return { ...facts, attempts };
}
