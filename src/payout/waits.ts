import type { Next, Rules, Ruling } from './decide.js';
import type { Facts } from './facts.js';
import type { Outcome, Seen, Sighting } from './outcome.js';
import { wasAbsentAt } from './grounds.js';
import { backOffMs } from './timing.js';
import { absenceKnowableAtMs, countingExchanges } from './verdict.js';

/** How long to leave a provider alone that refused in a way which can be mended, or that could not be reached. */
export function waitAfterRefusal(facts: Facts, rules: Rules, outcome: Outcome, atMs: number) {
  const { timing } = rules;
  if (outcome.kind === 'unsent') {
    const firstMs = countingExchanges(facts)[0]?.openedAtMs ?? atMs;
    const untilMs = atMs + backOffMs(atMs - firstMs, timing.pollMs);
    return { waitingFor: 'provider', untilMs, evidence: `nothing was sent: ${outcome.cause}` } as const;
  }
  // Refused because of others that were asked for in the same call: nothing hinders this one.
  if (outcome.kind !== 'rejected' || outcome.mend === 'never') return undefined;
  if (outcome.mend === 'operator') {
    const resumed = facts.decisions.some((decision) => decision.kind === 'resume' && decision.atMs > atMs);
    const untilMs = resumed ? 0 : atMs + timing.operatorRetryMs;
    const evidence = `nothing was paid; the operator has to mend this: ${outcome.message} (${outcome.httpStatus})`;
    return { waitingFor: 'operator', untilMs, evidence } as const;
  }
  const untilMs =
    rules.contract === 'idempotent'
      ? atMs + timing.pollMs
      : absenceKnowableAtMs(countingExchanges(facts).slice(-1), timing.settleMs);
  return { waitingFor: 'provider', untilMs, evidence: `the provider asks for patience: ${outcome.message}` } as const;
}

/** How long to leave alone what could not be done now. */
export function waitHindered(
  { nowMs, state }: Facts,
  { timing }: Rules,
  waitingFor: 'operator' | 'provider' | 'lane',
): Next {
  const pauseMs = {
    operator: timing.operatorRetryMs,
    provider: backOffMs(nowMs - state.sinceMs, timing.pollMs),
    lane: timing.pollMs,
  }[waitingFor];
  return { do: 'wait', untilMs: nowMs + pauseMs, afterwards: 'submit' };
}

/** The pause between two requests under the same key: by the age of the doubt, so that the waits do not shrink towards it. */
export const repeatPauseMs = (lastAtMs: number, firstAtMs: number, { timing }: Rules): number =>
  Math.min(60_000, backOffMs(lastAtMs - firstAtMs, timing.pollMs));

/** The next look: the older the question, the longer the pause. */
export const later = (nowMs: number, rules: Rules, sinceMs: number): Next & { do: 'wait' } => ({
  do: 'wait',
  untilMs: nowMs + backOffMs(nowMs - sinceMs, rules.timing.pollMs),
  afterwards: 'look_up',
});

/**
 * A provider that was just asked for a change, and does not show it, is asked again: the older the decision, the later. What the
 * operator has to mend waits for that. Its date answers whatever is asked, and is not slept through.
 */
export function askAgain(
  { nowMs, decisions }: Facts,
  { timing }: Rules,
  sighting: Sighting,
): Pick<Ruling, 'waitingFor' | 'next'> {
  const { seen, refused } = sighting.kind === 'present' ? sighting : {};
  const waitingFor = refused === 'operator' ? 'operator' : 'provider';
  const decidedAtMs = decisions.findLast(({ kind }) => kind === 'cancel' || kind === 'reschedule')?.atMs ?? nowMs;
  const pauseMs = waitingFor === 'operator' ? timing.operatorRetryMs : backOffMs(nowMs - decidedAtMs, timing.pollMs);
  const dateMs = Date.parse(seen?.date ?? '');
  const untilMs = Math.min(nowMs + pauseMs, dateMs > nowMs ? dateMs + timing.pollMs : Infinity);
  const next: Next = { do: 'wait', untilMs, afterwards: 'amend', ...(refused === 'never' ? { isRefused: true } : {}) };
  return { waitingFor, next };
}

export const soonest = (next: Next, atMs: number): Next =>
  next.do === 'wait' ? { ...next, untilMs: Math.min(next.untilMs, atMs) } : next;

/**
 * What was sent and may come back. Its carrier ends: where the account is watched, the watcher sees a return, and the ledger
 * remembers when to look all the same. `seen`: what its records show now, if they were just read.
 */
export function watchReturn(facts: Facts, rules: Rules, seen: Seen | undefined, sentAtMs: number) {
  const { nowMs, state } = facts;
  const { returnWindowMs, fallbackMs, pollMs } = rules.timing;
  const over = { waitingFor: 'nothing', next: { do: 'end' } } as const;
  const endsAtMs = sentAtMs + returnWindowMs;
  if (!(seen?.mayReturn ?? state.mayReturn)) return over;
  if (rules.isWatched) {
    // Nobody told it anything for a long time: it looks for itself, and its end rests on that look.
    const isDue = state.status !== 'sent' || state.nextAtMs === null || state.nextAtMs <= nowMs;
    if (!seen && isDue) return { waitingFor: 'provider', next: { do: 'look_up' } } as const;
    if (seen && nowMs >= endsAtMs) return over;
    const lookAgainAtMs = seen || state.nextAtMs === null ? nowMs + fallbackMs : state.nextAtMs;
    return { waitingFor: 'provider', next: { do: 'end', lookAgainAtMs } } as const;
  }
  if (nowMs >= endsAtMs) return over;
  const untilMs = Math.min(endsAtMs, nowMs + backOffMs(nowMs - sentAtMs, pollMs));
  return { waitingFor: 'provider', next: { do: 'wait', untilMs, afterwards: 'look_up' } } as const;
}

/** "Too many requests" is a named refusal, but where nothing guards a repeat its word is checked in the records. They were not read yet. */
export function isUnchecked(facts: Facts, { contract, timing }: Rules, look: Sighting | undefined): boolean {
  const exchanges = countingExchanges(facts);
  const isThrottled = exchanges.some(({ outcomes }) =>
    outcomes.some(({ outcome }) => outcome.kind === 'rejected' && outcome.mend === 'later'),
  );
  if (contract === 'idempotent' || !isThrottled) return false;
  return !wasAbsentAt(look, absenceKnowableAtMs(exchanges.slice(-1), timing.settleMs));
}
