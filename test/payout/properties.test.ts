import { describe, expect, it } from 'vitest';
import { decide, type News, type Ruling } from '../../src/payout/decide.js';
import { decideGrounds, isProvenAbsent } from '../../src/payout/grounds.js';
import type { Outcome, Sighting } from '../../src/payout/outcome.js';
import { isEnding, mayFollow } from '../../src/payout/status.js';
import { toShow } from '../../src/payout/show.js';
import { countingExchanges, decideVerdict } from '../../src/payout/verdict.js';
import { cancelWanted } from '../../src/payout/wanted.js';
import { askedFor, PROVEN_ABSENT } from './build.js';
import { randomCase, type RandomCase } from './random-facts.js';

const SEED = Number(process.env['PAYOUTS_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const CASES = Array.from({ length: 20_000 }, (_, number) => randomCase(SEED, number));

/** Runs a property over many random cases. What breaks it is shown with all that is needed to see it again. */
function forEveryCase(holds: (given: RandomCase) => boolean): void {
  for (const [number, given] of CASES.entries()) {
    if (holds(given)) continue;
    const ruling = decide(given.facts, given.rules, given.news);
    expect.fail(`PAYOUTS_TEST_SEED=${SEED}, case ${number}: ${JSON.stringify({ ...given, ruling }, undefined, 1)}`);
  }
}

const lookIn = (news: News): Sighting | undefined => (news.kind === 'sighting' ? news.sighting : undefined);
const rule = ({ facts, rules, news }: RandomCase): Ruling => decide(facts, rules, news);
const outcomesIn = ({ facts }: RandomCase) =>
  facts.attempts.flatMap(({ exchanges }) => exchanges.flatMap(({ outcomes }) => outcomes));
const has = (given: RandomCase, kind: Outcome['kind']): boolean =>
  outcomesIn(given).some(({ outcome }) => outcome.kind === kind);
const words = ({ facts }: RandomCase) => facts.decisions.filter((decision) => decision.kind === 'resolve');
const lastNotPaidAtMs = (given: RandomCase): number =>
  words(given).findLast((word) => !word.paid)?.atMs ?? Number.NEGATIVE_INFINITY;

describe(`over random facts (PAYOUTS_TEST_SEED=${SEED})`, () => {
  it('every case has a ruling, and one that can be shown', () => {
    forEveryCase((given) => {
      const ruling = rule(given);
      const shown = toShow(given.facts);
      return ruling.evidence.length > 0 && shown.status === given.facts.state.status;
    });
  });

  it('a wait always lies ahead, so that no step is taken again and again at once', () => {
    forEveryCase((given) => {
      const { next } = rule(given);
      return next.do !== 'wait' || (Number.isFinite(next.untilMs) && next.untilMs > given.facts.nowMs);
    });
  });

  it('what hinders a request is waited for', () => {
    forEveryCase((given) => {
      if (given.news.kind !== 'hindered' && given.news.kind !== 'refused') return true;
      return rule(given).next.do !== 'submit';
    });
  });

  it('what a look did not show is not looked for at once again', () => {
    forEveryCase((given) => {
      const look = lookIn(given.news);
      const tellsLateMoney = isEnding(given.facts.state.status) && rule(given).isBreak;
      return look === undefined || tellsLateMoney || rule(given).next.do !== 'look_up';
    });
  });

  it('a call that nothing guards is never repeated after a doubt unless a person says so', () => {
    forEveryCase((given) => {
      const { facts, rules, news } = given;
      if (rules.contract !== 'unguarded') return true;
      const doubted = facts.attempts.some(({ exchanges }) =>
        exchanges.some(({ outcomes, closesAtMs }) => {
          const isDoubt = outcomes.length === 0 || outcomes.some(({ outcome }) => outcome.kind === 'ambiguous');
          return isDoubt && closesAtMs > lastNotPaidAtMs(given);
        }),
      );
      return !doubted || decideGrounds(facts, rules, lookIn(news)) === undefined;
    });
  });

  it('what was accepted is never sent again unless a person, who could know it, says so', () => {
    forEveryCase((given) => {
      const { facts, rules, news } = given;
      const accepted = outcomesIn(given).some(
        ({ outcome, atMs }) => outcome.kind === 'accepted' && atMs > lastNotPaidAtMs(given),
      );
      return !accepted || decideGrounds(facts, rules, lookIn(news) ?? askedFor(PROVEN_ABSENT, facts)) === undefined;
    });
  });

  it('grounds by a person rest on the last word, which says to pay again', () => {
    forEveryCase((given) => {
      const { facts, rules, news } = given;
      const grounds = decideGrounds(facts, rules, lookIn(news));
      if (grounds?.kind !== 'person_decided') return true;
      const word = words(given).findLast((one) => !one.paid);
      return word?.payAgain === true && word.id === grounds.decision;
    });
  });

  it('nothing is to be sent without grounds, or a look that could give them', () => {
    forEveryCase((given) => {
      const { facts, rules, news } = given;
      if (rule(given).next.do !== 'submit') return true;
      const look = lookIn(news);
      if (decideGrounds(facts, rules, look)) return true;
      return look === undefined && decideGrounds(facts, rules, askedFor(PROVEN_ABSENT, facts)) !== undefined;
    });
  });

  it('nothing is to be sent for what has ended, was canceled before, or is seen at the provider', () => {
    forEveryCase((given) => {
      const { facts, news } = given;
      if (rule(given).next.do !== 'submit') return true;
      const verdict = decideVerdict(countingExchanges(facts), facts.nowMs);
      const anew = facts.decisions.findLastIndex((decision) => decision.kind === 'resolve' && decision.payAgain);
      const isCanceled = facts.decisions.slice(anew + 1).some(({ kind }) => kind === 'cancel');
      const canceled = (verdict === 'none' || verdict === 'rejected') && isCanceled;
      return !isEnding(facts.state.status) && !canceled && lookIn(news)?.kind !== 'present';
    });
  });

  it('an ending is left on nothing but evidence of money', () => {
    forEveryCase((given) => {
      const { facts, news } = given;
      const from = facts.state.status;
      const { status: to, isBreak } = rule(given);
      if (!isEnding(from) || to === from) return true;
      const look = lookIn(news);
      const isSeen = look?.kind === 'present' && look.seen.status === to && to !== 'error' && to !== 'canceled';
      const isAcceptedLate = has(given, 'accepted') && to === 'pending';
      const mayLeave =
        from === 'sent' ? to === 'returned' && isSeen : from !== 'returned' && (isSeen || isAcceptedLate);
      return mayLeave && (isBreak || from === 'sent');
    });
  });

  it('a status follows only one that it may follow, or it is told as a break', () => {
    forEveryCase((given) => {
      const { status, isBreak } = rule(given);
      return isBreak || mayFollow(given.facts.state.status, status);
    });
  });

  it('no payout ends without evidence', () => {
    forEveryCase((given) => {
      const { facts, news } = given;
      const { status } = rule(given);
      if (!isEnding(status) || status === facts.state.status) return true;
      const look = lookIn(news);
      if (look?.kind === 'present') return look.seen.status === status;
      const verdict = decideVerdict(countingExchanges(facts), facts.nowMs);
      const nothingPaid = verdict === 'none' || verdict === 'rejected';
      const word = words(given).at(-1);
      switch (status) {
        case 'sent':
          return word?.paid === true;
        case 'error': {
          const isRefused = nothingPaid && (news.kind === 'refused' || has(given, 'rejected'));
          return isRefused || (word?.paid === false && !word.payAgain);
        }
        case 'canceled':
          return (nothingPaid || isProvenAbsent(facts, given.rules, look)) && cancelWanted(facts) !== undefined;
        default:
          return false;
      }
    });
  });

  it('the same facts have the same ruling', () => {
    forEveryCase((given) => {
      const before = JSON.stringify(given);
      const once = JSON.stringify(rule(given));
      return once === JSON.stringify(rule(given)) && before === JSON.stringify(given);
    });
  });
});
