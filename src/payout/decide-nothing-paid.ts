import type { News, Next, Rules, Ruling } from './decide.js';
import type { Facts } from './facts.js';
import { couldHaveGrounds } from './grounds.js';
import type { Sighting } from './outcome.js';
import { ruling } from './ruling.js';
import { absenceKnowableAtMs, countingExchanges, countingOutcomes, lastNotPaid, refusedForGood } from './verdict.js';
import { isUnchecked, later, waitAfterRefusal, waitHindered } from './waits.js';
import { cancelWanted, payableFrom, rescheduledTo } from './wanted.js';

/** Nothing was sent, or every request was refused or never left. */
export function ruleOnNothingPaid(facts: Facts, rules: Rules, news: News): Ruling {
  const { nowMs, state } = facts;
  const look = news.kind === 'sighting' ? news.sighting : undefined;
  const lookAgain = later(nowMs, rules, Math.min(nowMs, state.sinceMs));
  // Its records showed a payment of ours: they are asked, not our memory, and what they no longer show is a doubt.
  if (state.providerReference !== null && lastNotPaid(facts.decisions)?.payAgain !== true) {
    if (news.kind === 'none') return ruling(facts, state.status, state.waitingFor, state.evidence, { do: 'look_up' });
    const because = look?.because ?? 'it was not looked up';
    return ruling(facts, 'in_doubt', 'person', `${state.providerReference} was there before; ${because}`, lookAgain);
  }
  for (const { outcome } of countingOutcomes(facts)) {
    const refusal = refusedForGood(outcome, facts.claim.reference);
    if (refusal !== undefined)
      return ruling(facts, 'error', 'nothing', `refused by the provider: ${refusal}`, { do: 'end' });
  }
  if (news.kind === 'refused') return ruling(facts, 'error', 'nothing', news.message, { do: 'end' });
  const cancel = cancelWanted(facts);
  if (cancel && isUnchecked(facts, rules, look)) return ruleOnUncheckedCancel(facts, rules, look, cancel.by);
  if (cancel)
    return ruling(facts, 'canceled', 'nothing', `canceled by ${cancel.by} before anything was sent`, { do: 'end' });
  if (look?.kind === 'contradiction') return ruling(facts, 'in_doubt', 'person', look.because, lookAgain);

  const date = payableFrom(facts);
  // A call that is already written down holds its old date: a new one is then kept by us, whoever keeps dates otherwise.
  const weWait = rules.scheduling === 'timer' || (facts.attempts.length > 0 && rescheduledTo(facts) !== undefined);
  if (weWait && date !== undefined && Date.parse(date) > nowMs) {
    const next: Next = { do: 'wait', untilMs: Date.parse(date), afterwards: 'submit' };
    return ruling(facts, 'ready', 'date', `waits for ${date}`, next);
  }
  if (news.kind === 'hindered')
    return ruling(facts, 'created', news.waitingFor, news.message, waitHindered(facts, rules, news.waitingFor));
  const last = countingOutcomes(facts).at(-1);
  if (last) {
    const wait = waitAfterRefusal(facts, rules, last.outcome, last.atMs);
    if (wait && wait.untilMs > nowMs)
      return ruling(facts, 'created', wait.waitingFor, wait.evidence, {
        do: 'wait',
        untilMs: wait.untilMs,
        afterwards: 'submit',
      });
  }
  if (couldHaveGrounds(facts, rules, look))
    return ruling(facts, state.status, 'provider', state.evidence, { do: 'submit' });
  return ruleOnNoGrounds(facts, rules, look);
}

/** A cancel that comes before the records could tell whether the throttled request paid: they are read first. */
function ruleOnUncheckedCancel(facts: Facts, rules: Rules, look: Sighting | undefined, by: string): Ruling {
  const { nowMs, state } = facts;
  const settledAtMs = absenceKnowableAtMs(countingExchanges(facts).slice(-1), rules.timing.settleMs);
  const evidence = `${by} wants it canceled; the records are read first, since a request was answered with "later"`;
  const waitsFor = look?.kind === 'unreadable' ? look.waitingFor : 'provider';
  const again = later(nowMs, rules, Math.min(nowMs, state.sinceMs));
  const next: Next =
    nowMs < settledAtMs
      ? { do: 'wait', untilMs: settledAtMs, afterwards: 'look_up' }
      : look
        ? again
        : { do: 'look_up' };
  return ruling(facts, 'created', waitsFor, evidence, next);
}

/** Nothing was paid as far as is known, and yet another request would rest on nothing: a step that tried would try for ever. */
function ruleOnNoGrounds(facts: Facts, rules: Rules, look: Sighting | undefined): Ruling {
  const { nowMs, state } = facts;
  const again = later(nowMs, rules, Math.min(nowMs, state.sinceMs));
  const settledAtMs = absenceKnowableAtMs(countingExchanges(facts).slice(-1), rules.timing.settleMs);
  const isUnreadable = look?.kind === 'unreadable';
  if (!isUnreadable && nowMs >= settledAtMs) return ruling(facts, 'in_doubt', 'person', state.evidence, again);
  const untilMs = nowMs < settledAtMs ? settledAtMs : again.untilMs;
  const evidence = isUnreadable ? `the provider's records cannot be read: ${look.because}` : state.evidence;
  const waitingFor = isUnreadable ? look.waitingFor : 'provider';
  return ruling(facts, 'created', waitingFor, evidence, { do: 'wait', untilMs, afterwards: 'submit' });
}
