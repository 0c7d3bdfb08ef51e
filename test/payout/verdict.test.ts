import { describe, expect, it } from 'vitest';
import { absenceKnowableAtMs, countingExchanges, decideVerdict, isOpen } from '../../src/payout/verdict.js';
import {
  ACCEPTED,
  AMBIGUOUS,
  at,
  call,
  CLOSES,
  facts,
  late,
  NO_FUNDS,
  notPaid,
  paid,
  payAgain,
  REFUSED,
  SETTLED,
  THROTTLED,
  TIMING,
  UNSENT,
} from './build.js';

describe('the verdict on all requests of a payout', () => {
  it.each([
    ['nothing was sent', 0, [], 'none'],
    ['one has no outcome yet', CLOSES - 1, [call(0)], 'open'],
    ['one has no outcome when it closes', CLOSES, [call(0)], 'ambiguous'],
    ['one was accepted', 1, [call(0, ACCEPTED)], 'accepted'],
    ['one was unsent', 1, [call(0, UNSENT)], 'rejected'],
    ['one was refused for good', 1, [call(0, REFUSED)], 'rejected'],
    ['one wants an operator', 1, [call(0, NO_FUNDS)], 'rejected'],
    ['one was throttled', 1, [call(0, THROTTLED)], 'rejected'],
    ['one is ambiguous', 1, [call(0, AMBIGUOUS)], 'ambiguous'],
    ['all were refused or unsent', 99, [call(0, UNSENT), call(50, NO_FUNDS)], 'rejected'],
    ['a refused repeat does not undo a doubt', 99, [call(0, AMBIGUOUS), call(50, REFUSED)], 'ambiguous'],
    ['nor does one that never left', 99, [call(0, AMBIGUOUS), call(50, UNSENT)], 'ambiguous'],
    ['an accepted repeat ends a doubt', 99, [call(0, AMBIGUOUS), call(50, ACCEPTED)], 'accepted'],
    ['a refusal after an acceptance changes nothing', 99, [call(0, ACCEPTED), call(50, REFUSED)], 'accepted'],
    ['an open repeat is waited out', 51, [call(0, UNSENT), call(50)], 'open'],
    ['an acceptance needs no waiting', 51, [call(0, ACCEPTED), call(50)], 'accepted'],
    ['a lapsed one beside a refused one', 99, [call(0), call(50, NO_FUNDS)], 'ambiguous'],
    ['a frozen worker tells late that it sent nothing', 99, [call(0, late(98, UNSENT))], 'rejected'],
    ['a frozen worker tells late that it was accepted', 99, [call(0, late(98, ACCEPTED))], 'accepted'],
    ['two outcomes of one request that differ', 99, [call(0, REFUSED, late(98, AMBIGUOUS))], 'ambiguous'],
    ['two outcomes, one of them an acceptance', 99, [call(0, AMBIGUOUS, late(98, ACCEPTED))], 'accepted'],
  ] as const)('%s', (_what, now, exchanges, verdict) => {
    expect(decideVerdict(exchanges, at(now))).toBe(verdict);
  });

  it('takes a request for open only while it has no outcome and may still be on its way', () => {
    expect([isOpen(call(0), at(0)), isOpen(call(0), at(CLOSES)), isOpen(call(0, UNSENT), at(0))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a word that nothing was paid', () => {
  const count = (given: Omit<Parameters<typeof facts>[0], 'now'>): readonly number[] =>
    countingExchanges(facts({ now: 999, ...given })).map(({ openedAtMs }) => (openedAtMs - at(0)) / 1_000);

  it.each([
    ['counts for every request while nobody has said anything', [call(0, AMBIGUOUS), call(50)], [], [0, 50]],
    ['settles what was closed when it was said', [call(0, AMBIGUOUS), call(50)], [notPaid(400)], []],
    ['settles it for paying again as well', [call(0, AMBIGUOUS)], [payAgain(400)], []],
    ['settles nothing when it says that it was paid', [call(0, AMBIGUOUS)], [paid(400)], [0]],
    ['does not settle what came after it', [call(0, AMBIGUOUS), call(500)], [payAgain(400)], [500]],
    [
      'does not settle what was opened in the same millisecond',
      [call(0, AMBIGUOUS), call(400)],
      [payAgain(400)],
      [400],
    ],
    ['does not settle what waited for it while it was said', [call(0, AMBIGUOUS), call(395)], [payAgain(400)], [395]],
    ['is not what an acceptance yields to that came later', [call(0, late(450, ACCEPTED))], [payAgain(400)], [0]],
    ['overrules an acceptance that was known when it was said', [call(0, ACCEPTED)], [payAgain(400)], []],
    ['overrules a doubt that came later', [call(0, late(450, AMBIGUOUS))], [payAgain(400)], []],
    ['is the last one that was said', [call(0), call(500)], [payAgain(400), notPaid(900)], []],
  ] as const)('%s', (_what, calls, decisions, counting) => {
    expect(count({ calls, decisions })).toEqual(counting);
  });
});

it('lets absence be known when every request is closed and the records had time to settle', () => {
  expect(absenceKnowableAtMs([call(0, UNSENT), call(100, AMBIGUOUS)], TIMING.settleMs)).toBe(at(100 + SETTLED));
  expect(absenceKnowableAtMs([call(100), call(0)], TIMING.settleMs)).toBe(at(100 + SETTLED));
});
