import { isCarried } from './change.js';
import type { Facts } from './facts.js';
import { couldHaveGrounds, decideGrounds, isProvenAbsent, type Policy } from './grounds.js';
import type { Outcome, Seen, Sighting } from './outcome.js';
import { cancelWanted, changeToCarry } from './wanted.js';
import { ruleOnNothingPaid } from './decide-nothing-paid.js';
import { ruling } from './ruling.js';
import { isEnding, mayFollow, type Status, type WaitingFor } from './status.js';
import { absenceKnowableAtMs, countingExchanges, countingOutcomes, decideVerdict } from './verdict.js';
import { later, repeatPauseMs, soonest, waitAfterRefusal, waitHindered, watchReturn } from './waits.js';

/** What this step has just learned beside the ledger's facts. */
export type News =
  | { readonly kind: 'none' }
  | { readonly kind: 'sighting'; readonly sighting: Sighting }
  /** The provider could not be asked; nothing was sent. */
  | { readonly kind: 'hindered'; readonly waitingFor: 'operator' | 'provider' | 'lane'; readonly message: string }
  /** Refused before anything was sent. */
  | { readonly kind: 'refused'; readonly message: string };

export interface Rules extends Policy {
  readonly scheduling: 'provider' | 'timer';
  readonly cancelsAtProvider: boolean;
  /** The account's records are read for all payouts together: one that waits on them need not ask for itself. */
  readonly isWatched: boolean;
}

/** What is to be done next, and when. */
export type Next =
  /** Its carrier is done. `lookAgainAtMs`: the ledger remembers that somebody should look once more, unless told before. */
  | { readonly do: 'end'; readonly lookAgainAtMs?: number }
  | { readonly do: 'submit' | 'look_up' | 'amend' }
  | {
      readonly do: 'wait';
      readonly untilMs: number;
      readonly afterwards: 'submit' | 'look_up' | 'amend';
      /** The provider refuses for good what was asked of it. It is asked again, ever more rarely. */
      readonly isRefused?: true;
    };

/** The status that the facts support, and what is to be done next. */
export interface Ruling {
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  readonly evidence: string;
  readonly isBreak: boolean;
  readonly seen: Seen | null;
  readonly next: Next;
}

/**
 * The one place where the state of a payout is decided: pure, total, and the same in the worker, in tests and in the simulation.
 * Default on doubt: do not pay.
 */
export function decide(facts: Facts, rules: Rules, news: News = { kind: 'none' }): Ruling {
  if (news.kind === 'sighting' && news.sighting.kind === 'present') return ruleOnSeen(facts, rules, news.sighting);
  if (isEnding(facts.state.status)) return ruleOnLateAcceptance(facts) ?? ruleOnContradicted(facts, rules, news);
  const resolved = ruleOnPersonsWord(facts, rules, news);
  if (resolved) return resolved;

  const exchanges = countingExchanges(facts);
  const verdict = decideVerdict(exchanges, facts.nowMs);
  switch (verdict) {
    case 'none':
    case 'rejected':
      return ruleOnNothingPaid(facts, rules, news);
    case 'open': {
      const closesAtMs = Math.max(...exchanges.map((exchange) => exchange.closesAtMs));
      return ruling(facts, 'in_doubt', 'provider', 'a request is on its way and has no outcome yet', {
        do: 'wait',
        untilMs: closesAtMs,
        afterwards: 'submit',
      });
    }
    case 'accepted':
      return ruleOnUnseen(facts, rules, news, 'accepted by the provider, whose records do not show it yet');
    case 'ambiguous':
      return ruleOnUnseen(facts, rules, news, doubt(facts));
    default:
      return verdict satisfies never;
  }
}

/** The provider's own records show the payment. */
function ruleOnSeen(facts: Facts, rules: Rules, sighting: Sighting & { kind: 'present' }): Ruling {
  const { seen, because, askedAtMs = Infinity } = sighting;
  const from = facts.state.status;
  if (!mayFollow(from, seen.status) && !isLateMoney(from, seen.status)) {
    // It was asked for before the ending was written down: what was true then contradicts nothing.
    if (askedAtMs <= facts.state.sinceMs) return ruleOnEnding(facts, rules);
    const evidence = `the provider shows ${seen.status} after ${from}: recorded, changes nothing (${because})`;
    return { ...ruleOnEnding(facts, rules), evidence, isBreak: true };
  }
  const isTwice = from !== 'sent' && (seen.times ?? 1) > 1;
  const isBreak =
    isTwice || isLateMoney(from, seen.status) || (from !== 'sent' && isEnding(from) && seen.status !== from);
  const evidence = isBreak && !isTwice ? `seen after ${from}: ${because}` : because;
  const { waitingFor, next } = afterSeen(facts, rules, seen);
  // Nothing can come back any more: it is not watched, whoever asks again.
  const isOver = seen.status === 'sent' && waitingFor === 'nothing';
  return {
    status: seen.status,
    waitingFor,
    evidence,
    isBreak,
    seen: isOver ? { ...seen, mayReturn: false } : seen,
    next,
  };
}

/** Money on its way although we called it over: it may not stay called over. */
const isLateMoney = (from: Status, to: Status): boolean =>
  (from === 'canceled' || from === 'error') && (to === 'created' || to === 'ready' || to === 'pending');

function afterSeen(facts: Facts, rules: Rules, seen: Seen): { waitingFor: WaitingFor; next: Next } {
  switch (seen.status) {
    case 'error':
    case 'canceled':
    case 'returned':
      return { waitingFor: 'nothing', next: { do: 'end' } };
    case 'sent':
      return watchReturn(facts, rules, seen, facts.state.status === 'sent' ? facts.state.sinceMs : facts.nowMs);
    case 'created':
    case 'ready':
    case 'pending': {
      const isAsked = wantsAmendment(facts, rules, seen);
      if (isAsked && seen.status === 'ready') return { waitingFor: 'provider', next: { do: 'amend' } };
      const dateMs = seen.date === undefined ? NaN : Date.parse(seen.date);
      const isDated = dateMs > facts.nowMs && seen.status === 'ready';
      // A decision waits to be carried there as soon as it is ready: that is not left to the watcher.
      const isWatched = rules.isWatched && !(isAsked && seen.status === 'created');
      const fromMs = isDated ? dateMs : facts.nowMs;
      if (isWatched || isDated) {
        const untilMs = fromMs + (isWatched ? rules.timing.fallbackMs : rules.timing.pollMs);
        const next: Next = { do: 'wait', untilMs, afterwards: 'look_up' };
        return { waitingFor: isDated ? 'date' : 'provider', next };
      }
      const sinceMs = facts.state.status === seen.status ? facts.state.sinceMs : facts.nowMs;
      return { waitingFor: 'provider', next: later(facts.nowMs, rules, sinceMs) };
    }
    default:
      return seen.status satisfies never;
  }
}

/** A decision that the provider's own record does not show yet: a cancel, or a change. */
const wantsAmendment = (facts: Facts, rules: Rules, seen: Seen): boolean =>
  rules.cancelsAtProvider && (cancelWanted(facts) !== undefined || !isCarried(changeToCarry(facts), seen));

/** The provider accepted what was called over: that may not stand, and its records are asked at once. */
function ruleOnLateAcceptance(facts: Facts): Ruling | undefined {
  const { status, sinceMs } = facts.state;
  if (status !== 'error' && status !== 'canceled') return undefined;
  // One whose own reply showed this ending is no contradiction: both were written in one transaction.
  const isLate = countingOutcomes(facts).some(
    ({ atMs, outcome }) => outcome.kind === 'accepted' && atMs >= sinceMs && outcome.seen?.status !== status,
  );
  if (!isLate) return undefined;
  const evidence = `the provider accepted it after it was called ${status}`;
  return { ...ruling(facts, 'pending', 'provider', evidence, { do: 'look_up' }), isBreak: true };
}

/** Two payments where there should be one: that changes no ending, and nobody may miss it. */
function ruleOnContradicted(facts: Facts, rules: Rules, news: News): Ruling {
  const ending = ruleOnEnding(facts, rules);
  if (news.kind !== 'sighting' || news.sighting.kind !== 'contradiction') return ending;
  return { ...ending, evidence: news.sighting.because, isBreak: true };
}

function ruleOnEnding(facts: Facts, rules: Rules): Ruling {
  const { status, evidence, sinceMs } = facts.state;
  if (status !== 'sent') return ruling(facts, status, 'nothing', evidence, { do: 'end' });
  const { waitingFor, next } = watchReturn(facts, rules, undefined, sinceMs);
  return ruling(facts, status, waitingFor, evidence, next);
}

/** `resolve` states a fact; it ends the doubt. Paying again is a decision of its own and is read by the grounds. */
function ruleOnPersonsWord(facts: Facts, rules: Rules, news: News): Ruling | undefined {
  const word = facts.decisions.findLast((decision) => decision.kind === 'resolve');
  // It ends the doubt that it was said in, and never what was learned later.
  if (word?.kind !== 'resolve' || facts.state.status !== 'in_doubt' || facts.state.sinceMs > word.atMs)
    return undefined;
  const reopened = facts.attempts.some(({ exchanges }) => exchanges.some(({ closesAtMs }) => closesAtMs > word.atMs));
  if (reopened || (!word.paid && word.payAgain)) return undefined;
  const says = word.paid ? 'it was paid' : 'it was not paid';
  const evidence = `${word.by} says that ${says}: ${word.evidence}`;
  const ended = ruling(facts, word.paid ? 'sent' : 'error', 'nothing', evidence, { do: 'end' });
  // A person may see what our reading of the records does not: the word stands, and the contradiction is told.
  const look = news.kind === 'sighting' ? news.sighting : undefined;
  return word.paid && look && isProvenAbsent(facts, rules, look)
    ? { ...ended, isBreak: true, evidence: `${evidence}; against the records: ${look.because}` }
    : ended;
}

/** A request was accepted or may have been, and the provider's records do not show it (yet). */
function ruleOnUnseen(facts: Facts, rules: Rules, news: News, why: string): Ruling {
  const { nowMs } = facts;
  const exchanges = countingExchanges(facts);
  const last = countingOutcomes(facts).at(-1);
  const accepted = decideVerdict(exchanges, nowMs) === 'accepted';
  const look = news.kind === 'sighting' ? news.sighting : undefined;
  const openedAtMs = exchanges[0]?.openedAtMs ?? nowMs;
  const lookAgain = later(nowMs, rules, openedAtMs);
  const settledAtMs = absenceKnowableAtMs(exchanges, rules.timing.settleMs);

  if (look?.kind === 'contradiction') return ruling(facts, 'in_doubt', 'person', look.because, lookAgain);
  const cancel = cancelWanted(facts);
  if (look && cancel && !accepted && isProvenAbsent(facts, rules, look)) {
    const evidence = `canceled by ${cancel.by}; nothing was paid: ${look.because}`;
    return ruling(facts, 'canceled', 'nothing', evidence, { do: 'end' });
  }
  // Seen at the provider before: whatever made us ask again, its records are to be asked, not our memory.
  const { state } = facts;
  if (accepted && !look && state.providerReference !== null && state.status !== 'in_doubt')
    return ruling(facts, state.status, state.waitingFor, state.evidence, { do: 'look_up' });
  const status: Status = accepted && nowMs < settledAtMs ? 'pending' : 'in_doubt';
  if (look?.kind === 'unreadable') {
    // What the records showed before stands until they can be read: that they cannot is no news of the payout, nor of a cancel.
    const wasSeen = status === 'pending' && state.providerReference !== null && state.status !== 'in_doubt';
    // Who cancels asks anew: the pause grows with the age of that question, not of the payout.
    const again = later(nowMs, rules, Math.max(openedAtMs, cancel?.atMs ?? 0));
    const evidence = `${why}; its records cannot be read: ${look.because}`;
    return ruling(facts, wasSeen ? state.status : status, look.waitingFor, evidence, again);
  }
  const seen = look ? `${why}; ${look.because}` : why;

  const { kind } = news;
  if (!accepted && (kind === 'hindered' || kind === 'refused') && couldHaveGrounds(facts, rules)) {
    const waitingFor = kind === 'hindered' ? news.waitingFor : 'operator';
    const next = waitHindered(facts, rules, waitingFor);
    return ruling(facts, 'in_doubt', kind === 'hindered' ? waitingFor : 'person', `${why}; ${news.message}`, next);
  }
  if (!accepted && decideGrounds(facts, rules, look)) {
    if (look) return ruling(facts, 'in_doubt', 'provider', seen, { do: 'submit' });
    const wait = last && waitAfterRefusal(facts, rules, last.outcome, last.atMs);
    const lastAtMs = last?.atMs ?? openedAtMs;
    const untilMs = Math.max(wait?.untilMs ?? 0, lastAtMs + repeatPauseMs(lastAtMs, openedAtMs, rules));
    const waitingFor = wait?.waitingFor === 'operator' && wait.untilMs > nowMs ? 'operator' : 'provider';
    if (untilMs <= nowMs) return ruling(facts, 'in_doubt', 'provider', why, { do: 'submit' });
    return ruling(facts, 'in_doubt', waitingFor, why, { do: 'wait', untilMs, afterwards: 'submit' });
  }
  if (nowMs < settledAtMs) {
    const next = look ? soonest(lookAgain, settledAtMs) : lookAgain;
    return ruling(facts, status, 'provider', seen, next);
  }
  // The records had their time and show nothing that proves either way. Slow look-ups go on; a person may end it.
  if (!look) return ruling(facts, status, 'provider', why, { do: 'look_up' });
  return ruling(facts, 'in_doubt', 'person', seen, lookAgain);
}

function doubt(facts: Facts): string {
  const exchanges = countingExchanges(facts);
  const unclear = exchanges.findLast(({ outcomes }) => !outcomes.some(({ outcome }) => isClear(outcome)));
  const outcome = unclear?.outcomes.at(-1)?.outcome;
  const cause = outcome?.kind === 'ambiguous' ? outcome.cause : 'no outcome was recorded';
  const last = exchanges.at(-1)?.outcomes.at(-1)?.outcome;
  const refused = last?.kind === 'rejected' ? `; a repeat was refused: ${last.message}` : '';
  return `money may have moved: ${cause}${refused}`;
}

const isClear = ({ kind }: Outcome): boolean => kind === 'rejected' || kind === 'unsent';
