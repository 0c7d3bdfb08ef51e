import { describe, expect, it } from 'vitest';
import { decide } from '../../src/payout/decide.js';
import type { Decision, Facts } from '../../src/payout/facts.js';
import type { Sighting } from '../../src/payout/outcome.js';
import { askAgain } from '../../src/payout/waits.js';
import {
  ABSENT,
  ACCEPTED,
  AMBIGUOUS,
  call,
  cancel,
  change,
  CONTRADICTION,
  facts,
  inWords,
  isoAt,
  late,
  looked,
  NOTHING_NEW,
  notPaid,
  payAgain,
  present,
  REFUSED,
  reschedule,
  RULES,
  UNREADABLE,
  type FactsGiven,
} from './build.js';
import { evidenceOf, expectRuling, type RulingCase } from './expect-ruling.js';

const { idempotent, unguarded } = RULES;
const watched = { ...idempotent, isWatched: true };
const accepted = [call(0, ACCEPTED)];
const RETURN_WINDOW = 864_000;
const ACCEPTED_AND_LOST = { kind: 'accepted', httpStatus: 201, seen: { status: 'error' } } as const;

describe('what the provider shows', () => {
  const from = (status: NonNullable<FactsGiven['status']>): FactsGiven => ({
    now: 9,
    status,
    since: 1,
    calls: accepted,
  });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['created is looked at again', from('pending'), idempotent, looked(present('created')), 'created provider, look_up in 5 s'],
    ['ready is', from('created'), idempotent, looked(present('ready')), 'ready provider, look_up in 5 s'],
    ['pending is', from('created'), idempotent, looked(present('pending')), 'pending provider, look_up in 5 s'],
    ['pending for long is looked at more slowly', { ...from('pending'), now: 101 }, idempotent, looked(present('pending')), 'pending provider, look_up in 50 s'],
    ['sent is the end', from('pending'), idempotent, looked(present('sent')), 'sent nothing, end'],
    ['error is', from('pending'), idempotent, looked(present('error')), 'error nothing, end'],
    ['canceled is', from('pending'), idempotent, looked(present('canceled')), 'canceled nothing, end'],
    ['returned is', from('pending'), idempotent, looked(present('returned')), 'returned nothing, end'],
    ['it ends a doubt', from('in_doubt'), idempotent, looked(present('sent')), 'sent nothing, end'],
    ['it ends one the other way', from('in_doubt'), idempotent, looked(present('error')), 'error nothing, end'],
    ['it comes before a word that nothing was paid', { ...from('in_doubt'), now: 400, decisions: [notPaid(400)] }, idempotent, looked(present('pending')), 'pending provider, look_up in 5 s'],
    ['it is believed though nothing was sent by us', { now: 9 }, unguarded, looked(present('sent')), 'sent nothing, end'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('is kept with its words', () => {
    const sighting = present('pending', { providerReference: 'pay_A', amountMinor: 1500 });
    const ruling = decide(facts({ now: 9, calls: accepted }), idempotent, looked(sighting));
    expect(ruling.seen).toEqual({ status: 'pending', providerReference: 'pay_A', amountMinor: 1500 });
    expect(ruling.evidence).toBe('its records show pending');
  });
});

describe('a date that the provider keeps', () => {
  const scheduled = (seconds: number) => looked(present('ready', { date: isoAt(seconds) }));
  const given: FactsGiven = { now: 9, calls: accepted };
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is waited for, and a little longer', given, idempotent, scheduled(100), 'ready date, look_up in 96 s'],
    ['that has passed is looked at', given, idempotent, scheduled(5), 'ready provider, look_up in 5 s'],
    ['that nobody can read is looked at', given, idempotent, looked(present('ready', { date: 'month 14' })), 'ready provider, look_up in 5 s'],
    ['is canceled there', { ...given, decisions: [cancel(8)] }, idempotent, scheduled(100), 'ready provider, amend'],
    ['is canceled there, whatever its date', { ...given, decisions: [cancel(8)] }, idempotent, looked(present('ready')), 'ready provider, amend'],
    ['is too late to cancel once it is pending', { ...given, decisions: [cancel(8)] }, idempotent, looked(present('pending')), 'pending provider, look_up in 5 s'],
    ['cannot be canceled where the provider has no means', { ...given, decisions: [cancel(8)] }, unguarded, scheduled(100), 'ready date, look_up in 96 s'],
    ['is moved there', { ...given, decisions: [reschedule(8, 500)] }, idempotent, scheduled(100), 'ready provider, amend'],
    ['is not moved where it has moved', { ...given, decisions: [reschedule(8, 500)] }, idempotent, scheduled(500), 'ready date, look_up in 496 s'],
    ['is moved where a record without milliseconds shows it', { ...given, decisions: [reschedule(8, 500.4)] }, idempotent, scheduled(500), 'ready date, look_up in 496 s'],
    ['is moved once it is ready, and it looks for that itself', { ...given, decisions: [reschedule(8, 500)] }, watched, looked(present('created', { date: isoAt(100) })), 'created provider, look_up in 5 s'],
    ['is left to the watcher where it has moved', { ...given, decisions: [reschedule(8, 500)] }, watched, scheduled(500), 'ready date, look_up in 605291 s'],
    ['is left to the watcher once it is too late to move', { ...given, decisions: [reschedule(8, 500)] }, watched, looked(present('pending', { date: isoAt(5) })), 'pending provider, look_up in 604800 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('what the provider keeps beside the date', () => {
  const WORDS = 'Interview in December';
  const shown = (more: object) =>
    looked(present('ready', { date: isoAt(100), description: 'Interview', metadata: { a: 1, b: [2] }, ...more }));
  const decided = (...decisions: readonly Decision[]): FactsGiven => ({
    now: 9,
    calls: [call(2, ACCEPTED)],
    decisions,
  });
  const isThere = 'ready date, look_up in 96 s';
  const isWanted = 'ready provider, amend';
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is changed there', decided(change(8, { description: WORDS })), idempotent, shown({}), isWanted],
    ['is not changed where it is as decided', decided(change(8, { description: WORDS })), idempotent, shown({ description: WORDS }), isThere],
    ['is changed to the last word', decided(change(7, { description: 'no' }), change(8, { description: WORDS })), idempotent, shown({ description: WORDS }), isThere],
    ['is changed whatever was decided of the date since', decided(change(7, { description: WORDS }), reschedule(8, 100)), idempotent, shown({}), isWanted],
    ['is changed where the record does not show it', decided(change(8, { description: WORDS })), idempotent, shown({ description: undefined }), isWanted],
    ['was in the request where it was decided before it was written down', decided(change(1, { description: WORDS, metadata: { c: 3 } })), idempotent, shown({ description: undefined, metadata: undefined }), isThere],
    ['is changed: metadata', decided(change(8, { metadata: { b: [2] } })), idempotent, shown({}), isWanted],
    ['is the same metadata in another order', decided(change(8, { metadata: { b: [2], a: 1 } })), idempotent, shown({}), isThere],
    ['is other metadata in another order of a list', decided(change(8, { metadata: { a: 1, b: [2, 3] } })), idempotent, shown({ metadata: { a: 1, b: [3, 2] } }), isWanted],
    ['is taken away: metadata', decided(change(8, { metadata: {} })), idempotent, shown({}), isWanted],
    ['is not there: metadata that was taken away', decided(change(8, { metadata: {} })), idempotent, shown({ metadata: {} }), isThere],
    ['cannot be changed where the provider has no means', decided(change(8, { metadata: {} })), unguarded, shown({}), isThere],
    ['cannot be changed once it is pending', decided(change(8, { description: WORDS })), idempotent, looked(present('pending', { description: 'Interview' })), 'pending provider, look_up in 5 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a provider that was asked for a change and does not show it', () => {
  const given = (now: number): Facts => facts({ now, calls: accepted, decisions: [cancel(10)], status: 'ready' });
  const ready = (more: object, date = 1_000_000) =>
    ({ ...present('ready', { date: isoAt(date) }), ...more }) as Sighting;
  const asks = (now: number, sighting: Sighting) => {
    const known = given(now);
    return inWords({ ...decide(known, idempotent, looked(sighting)), ...askAgain(known, idempotent, sighting) }, known);
  };

  it('is asked again after a pause that grows with the age of the decision, as looks do', () => {
    expect([10, 30, 310, 100_000].map((now) => asks(now, ready({})))).toEqual([
      'ready provider, amend in 5 s',
      'ready provider, amend in 10 s',
      'ready provider, amend in 150 s',
      'ready provider, amend in 3600 s',
    ]);
  });

  it('is not asked for ever where it refuses for good, and whoever waits for an answer is told', () => {
    expect(asks(310, ready({ refused: 'never' }))).toBe('ready provider, amend in 150 s');
    expect(askAgain(given(310), idempotent, ready({ refused: 'never' })).next).toMatchObject({ isRefused: true });
    expect(askAgain(given(310), idempotent, ready({})).next).not.toHaveProperty('isRefused');
  });

  it('waits for the operator where he has to mend it', () => {
    expect(asks(310, ready({ refused: 'operator' }))).toBe('ready operator, amend in 1800 s');
  });

  it('is asked right after its date, which answers whatever was asked', () => {
    for (const refused of [undefined, 'never', 'operator'] as const)
      expect(asks(9_990, ready({ refused }, 10_000))).toMatch(/, amend in 15 s$/);
  });
});

describe('a payment that may come back', () => {
  const sent = (now: number): FactsGiven => ({ now, status: 'sent', since: 10, mayReturn: true, calls: accepted });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is watched', { now: 9, calls: accepted }, idempotent, looked(present('sent', { mayReturn: true })), 'sent provider, look_up in 5 s'],
    ['is watched ever more slowly', sent(86_410), idempotent, looked(present('sent', { mayReturn: true })), 'sent provider, look_up in 3600 s'],
    ['is watched by what was known of it', sent(110), idempotent, looked(present('sent')), 'sent provider, look_up in 50 s'],
    ['is watched though a look brought nothing', sent(110), idempotent, looked(UNREADABLE), 'sent provider, look_up in 50 s'],
    ['is watched whoever asks', sent(110), idempotent, NOTHING_NEW, 'sent provider, look_up in 50 s'],
    ['is watched no longer than the window', sent(RETURN_WINDOW + 9), idempotent, NOTHING_NEW, 'sent provider, look_up in 1 s'],
    ['is not watched when the window is over', sent(RETURN_WINDOW + 10), idempotent, NOTHING_NEW, 'sent nothing, end'],
    ['is not watched where it cannot come back', sent(110), idempotent, looked(present('sent', { mayReturn: false })), 'sent nothing, end'],
    ['comes back', sent(110), idempotent, looked(present('returned')), 'returned nothing, end'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('an ending', () => {
  const ended = (status: NonNullable<FactsGiven['status']>, more: Partial<FactsGiven> = {}): FactsGiven => ({
    now: 500,
    status,
    since: 400,
    evidence: 'as it ended',
    ...more,
  });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['stays as it is', ended('error'), unguarded, NOTHING_NEW, 'error nothing, end'],
    ['stays in spite of a cancel', ended('sent', { decisions: [cancel(450)] }), unguarded, NOTHING_NEW, 'sent nothing, end'],
    ['stays in spite of a look', ended('canceled'), unguarded, looked(ABSENT), 'canceled nothing, end'],
    ['stays in spite of a contradiction, which is told as a break', ended('sent'), unguarded, looked(CONTRADICTION), 'sent nothing, end, a break'],
    ['stays in spite of a doubtful outcome that came late', ended('error', { calls: [call(0, late(450, AMBIGUOUS))] }), unguarded, NOTHING_NEW, 'error nothing, end'],
    ['stays in spite of a refusal that came late', ended('canceled', { calls: [call(0, late(450, REFUSED))] }), unguarded, NOTHING_NEW, 'canceled nothing, end'],

    ['yields to money: sent after canceled', ended('canceled'), unguarded, looked(present('sent')), 'sent nothing, end, a break'],
    ['yields to money: sent after error', ended('error'), unguarded, looked(present('sent')), 'sent nothing, end, a break'],
    ['yields to money: sent after a wrong word', ended('error', { decisions: [notPaid(400)] }), unguarded, looked(present('sent')), 'sent nothing, end, a break'],
    ['yields to money: returned after error', ended('error'), unguarded, looked(present('returned')), 'returned nothing, end, a break'],
    ['yields to money on its way', ended('canceled'), idempotent, looked(present('pending')), 'pending provider, look_up in 5 s, a break'],
    ['yields to money that waits for its date', ended('canceled'), idempotent, looked(present('ready', { date: isoAt(900) })), 'ready date, look_up in 405 s, a break'],
    ['yields to money that waits for its date, and cancels it again', ended('canceled', { decisions: [cancel(300)] }), idempotent, looked(present('ready', { date: isoAt(900) })), 'ready provider, amend, a break'],
    ['yields to an acceptance that came late', ended('error', { calls: [call(0, late(450, ACCEPTED))], decisions: [notPaid(400)] }), unguarded, NOTHING_NEW, 'pending provider, look_up, a break'],
    ['yields to it whatever a look says', ended('canceled', { calls: [call(0, late(450, ACCEPTED))] }), unguarded, looked(ABSENT), 'pending provider, look_up, a break'],
    ['does not yield to an acceptance that was known', ended('error', { calls: [call(0, ACCEPTED)] }), idempotent, NOTHING_NEW, 'error nothing, end'],
    ['does not yield to an acceptance whose own reply showed it', ended('error', { calls: [call(399, ACCEPTED_AND_LOST)] }), idempotent, NOTHING_NEW, 'error nothing, end'],
    ['does not yield twice to the same one', { now: 900, status: 'error', since: 600, calls: [call(0, late(450, ACCEPTED))] }, unguarded, NOTHING_NEW, 'error nothing, end'],

    ['is told when the records contradict it: pending after sent', ended('sent'), idempotent, looked(present('pending')), 'sent nothing, end, a break'],
    ['is told when they do: error after sent', ended('sent'), idempotent, looked(present('error')), 'sent nothing, end, a break'],
    ['is told when they do: canceled after sent', ended('sent'), idempotent, looked(present('canceled')), 'sent nothing, end, a break'],
    ['is told when they do: sent after returned', ended('returned'), idempotent, looked(present('sent')), 'returned nothing, end, a break'],
    ['is told when they do: canceled after error', ended('error'), idempotent, looked(present('canceled')), 'error nothing, end, a break'],
    ['is none of that when they repeat it: sent', ended('sent'), idempotent, looked(present('sent')), 'sent nothing, end'],
    ['is none of that when they repeat it: error', ended('error'), idempotent, looked(present('error')), 'error nothing, end'],
    ['goes on being watched when they contradict it', ended('sent', { mayReturn: true }), idempotent, looked(present('pending')), 'sent provider, look_up in 50 s, a break'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('keeps its evidence, or says what contradicts it', () => {
    expect(evidenceOf(ended('error'), unguarded)).toBe('as it ended');
    expect(evidenceOf(ended('sent'), unguarded, looked(present('pending')))).toBe(
      'the provider shows pending after sent: recorded, changes nothing (its records show pending)',
    );
    expect(evidenceOf(ended('error'), unguarded, looked(present('sent')))).toBe(
      'seen after error: its records show sent',
    );
  });

  it('is not closed again by the word that an acceptance has disproved', () => {
    const calls = [call(0, late(450, ACCEPTED))];
    const reopened: FactsGiven = { now: 460, status: 'pending', since: 450, calls, decisions: [notPaid(400)] };
    expectRuling(['', reopened, unguarded, NOTHING_NEW, 'in_doubt provider, look_up']);
    expectRuling([
      '',
      { ...reopened, status: 'in_doubt', since: 460 },
      unguarded,
      looked(ABSENT),
      'in_doubt person, look_up in 230 s',
    ]);
  });

  it('is not paid again by a word that an acceptance has disproved', () => {
    const calls = [call(0, late(450, ACCEPTED))];
    const given: FactsGiven = { now: 460, status: 'in_doubt', since: 1, calls, decisions: [payAgain(400)] };
    expectRuling(['', given, unguarded, NOTHING_NEW, 'in_doubt provider, look_up']);
  });
});
