import { describe, expect, it } from 'vitest';
import {
  ABSENT,
  AMBIGUOUS,
  at,
  call,
  cancel,
  CONTRADICTION,
  facts,
  hindered,
  isoAt,
  late,
  LOCKED,
  looked,
  NO_FUNDS,
  NOTHING_NEW,
  notPaid,
  payAgain,
  present,
  PROVEN_ABSENT,
  REFUSED,
  REFUSED_BEFORE,
  reschedule,
  resume,
  RULES,
  SETTLED,
  THROTTLED,
  UNREADABLE,
  UNSENT,
} from './build.js';
import { evidenceOf, expectRuling, type RulingCase } from './expect-ruling.js';
import { decide } from '../../src/payout/decide.js';

const { idempotent, guarded, proven, unguarded } = RULES;
const toBePaidAt100 = { request: { scheduledAt: isoAt(100) } };

describe('a payout of which nothing was sent', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is paid', { now: 0 }, idempotent, NOTHING_NEW, 'created provider, submit'],
    ['is paid whatever guards it', { now: 0 }, unguarded, NOTHING_NEW, 'created provider, submit'],
    ['is paid after a look that found nothing', { now: 9 }, unguarded, looked(ABSENT), 'created provider, submit'],
    ['is paid though the records cannot be read', { now: 9 }, unguarded, looked(UNREADABLE), 'created provider, submit'],
    ['is not paid beside another payment under its tag', { now: 9 }, idempotent, looked(CONTRADICTION), 'in_doubt person, look_up in 5 s'],
    ['is refused before anything is sent', { now: 9 }, unguarded, REFUSED_BEFORE, 'error nothing, end'],
    ['is canceled', { now: 9, decisions: [cancel(8)] }, unguarded, NOTHING_NEW, 'canceled nothing, end'],
    ['is canceled while it is hindered', { now: 9, decisions: [cancel(8)] }, unguarded, hindered('lane'), 'canceled nothing, end'],
    ['stays canceled by a look that found nothing', { now: 9, decisions: [cancel(8)] }, unguarded, looked(ABSENT), 'canceled nothing, end'],
    ['is refused, though it was to be canceled', { now: 9, decisions: [cancel(8)] }, unguarded, REFUSED_BEFORE, 'error nothing, end'],
    ['waits for the operator', { now: 9 }, unguarded, hindered('operator'), 'created operator, submit in 1800 s'],
    ['waits for its lane', { now: 9 }, unguarded, hindered('lane'), 'created lane, submit in 5 s'],
    ['waits for the provider', { now: 9 }, unguarded, hindered('provider'), 'created provider, submit in 5 s'],
    ['waits longer for a provider that is away for long', { now: 900 }, unguarded, hindered('provider'), 'created provider, submit in 450 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('keeps its status and its evidence on the way to the paying call', () => {
    const ruling = decide(facts({ now: 0, status: 'ready', evidence: 'waits for its date' }), unguarded);
    expect(ruling).toMatchObject({ status: 'ready', evidence: 'waits for its date', seen: null });
  });

  it('says why it ended', () => {
    expect(evidenceOf({ now: 9, decisions: [cancel(8)] }, unguarded)).toBe('canceled by Ada before anything was sent');
    expect(evidenceOf({ now: 9 }, unguarded, REFUSED_BEFORE)).toBe('not this one');
  });
});

describe('a payout with a date', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['waits on our timer', { now: 0, ...toBePaidAt100 }, unguarded, NOTHING_NEW, 'ready date, submit in 100 s'],
    ['goes to a provider that keeps dates', { now: 0, ...toBePaidAt100 }, idempotent, NOTHING_NEW, 'created provider, submit'],
    ['is paid when its date has come', { now: 100, ...toBePaidAt100 }, unguarded, NOTHING_NEW, 'created provider, submit'],
    ['waits in spite of a hindrance', { now: 9, ...toBePaidAt100 }, unguarded, hindered('lane'), 'ready date, submit in 91 s'],
    ['waits in spite of a look', { now: 9, ...toBePaidAt100 }, unguarded, looked(ABSENT), 'ready date, submit in 91 s'],
    ['is canceled while it waits', { now: 9, status: 'ready', ...toBePaidAt100, decisions: [cancel(8)] }, unguarded, NOTHING_NEW, 'canceled nothing, end'],
    ['is put off', { now: 9, ...toBePaidAt100, decisions: [reschedule(8, 500)] }, unguarded, NOTHING_NEW, 'ready date, submit in 491 s'],
    ['is brought forward', { now: 9, ...toBePaidAt100, decisions: [reschedule(8, 20)] }, unguarded, NOTHING_NEW, 'ready date, submit in 11 s'],
    ['is put off again', { now: 9, decisions: [reschedule(7, 50), reschedule(8, 60)] }, unguarded, NOTHING_NEW, 'ready date, submit in 51 s'],
    ['is put off once it is written down, whoever keeps dates', { now: 9, calls: [call(0, UNSENT)], decisions: [reschedule(8, 60)] }, idempotent, NOTHING_NEW, 'ready date, submit in 51 s'],
    ['is paid at once where the date is no date', { now: 9, request: { scheduledAt: 'soon' } }, unguarded, NOTHING_NEW, 'created provider, submit'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a request that provably never left', () => {
  const after = (now: number) => ({ now, calls: [call(0, UNSENT)] });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is tried again after a pause', after(1), unguarded, NOTHING_NEW, 'created provider, submit in 5 s'],
    ['is tried again when the pause is over', after(6), unguarded, NOTHING_NEW, 'created provider, submit'],
    ['is tried again more slowly', { now: 1_001, calls: [call(0, UNSENT), call(1_000, UNSENT)] }, unguarded, NOTHING_NEW, 'created provider, submit in 500.5 s'],
    ['is not tried again for the one who cancels', { ...after(2), decisions: [cancel(1)] }, unguarded, NOTHING_NEW, 'canceled nothing, end'],
    ['ends the doubt about a worker that was frozen', { now: 99, status: 'in_doubt', calls: [call(0, late(98, UNSENT))] }, unguarded, NOTHING_NEW, 'created provider, submit in 48 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('is told with its cause', () => {
    expect(evidenceOf(after(1), unguarded)).toBe('nothing was sent: ECONNREFUSED');
  });
});

describe('a refusal', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['for good is an error', { now: 1, calls: [call(0, REFUSED)] }, unguarded, NOTHING_NEW, 'error nothing, end'],
    ['for good is an error, even one that was told late', { now: 99, calls: [call(0, late(98, REFUSED)), call(50, UNSENT)] }, idempotent, NOTHING_NEW, 'error nothing, end'],
    ['for good is one where it was to be canceled', { now: 2, calls: [call(0, REFUSED)], decisions: [cancel(1)] }, unguarded, NOTHING_NEW, 'error nothing, end'],
    ['that the operator can mend waits', { now: 1, calls: [call(0, NO_FUNDS)] }, unguarded, NOTHING_NEW, 'created operator, submit in 1800 s'],
    ['goes on by a slow timer', { now: 1_801, calls: [call(0, NO_FUNDS)] }, unguarded, NOTHING_NEW, 'created provider, submit'],
    ['goes on by a word that it is mended', { now: 9, calls: [call(0, NO_FUNDS)], decisions: [resume(8)] }, unguarded, NOTHING_NEW, 'created provider, submit'],
    ['is not mended by an older word', { now: 59, calls: [call(50, NO_FUNDS)], decisions: [resume(8)] }, unguarded, NOTHING_NEW, 'created operator, submit in 1792 s'],
    ['that can be mended can be canceled', { now: 9, calls: [call(0, NO_FUNDS)], decisions: [cancel(8)] }, unguarded, NOTHING_NEW, 'canceled nothing, end'],
    ['that can be mended can be put off', { now: 9, calls: [call(0, NO_FUNDS)], decisions: [reschedule(8, 3_000)] }, unguarded, NOTHING_NEW, 'ready date, submit in 2991 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('is told with the words of the provider', () => {
    expect(evidenceOf({ now: 1, calls: [call(0, REFUSED)] }, unguarded)).toBe('refused by the provider: answered 422');
    expect(evidenceOf({ now: 1, calls: [call(0, NO_FUNDS)] }, unguarded)).toBe(
      'nothing was paid; the operator has to mend this: answered 402 (402)',
    );
  });
});

describe('too many requests', () => {
  const throttled = (now: number) => ({ now, calls: [call(0, THROTTLED)] });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['are given a pause', throttled(1), idempotent, NOTHING_NEW, 'created provider, submit in 5 s'],
    ['are tried again with the same key', throttled(6), idempotent, NOTHING_NEW, 'created provider, submit'],
    ['wait for the records where nothing guards a repeat', throttled(1), unguarded, NOTHING_NEW, 'created provider, submit in 339 s'],
    ['wait for them in spite of a look', throttled(99), guarded, looked(PROVEN_ABSENT), 'created provider, submit in 241 s'],
    ['are looked up by the step, and then repeated', throttled(SETTLED), unguarded, NOTHING_NEW, 'created provider, submit'],
    ['are repeated when the records show nothing', throttled(SETTLED), unguarded, looked(ABSENT), 'created provider, submit'],
    ['are not repeated when the records cannot be read', throttled(SETTLED), unguarded, looked(UNREADABLE), 'created provider, submit in 170 s'],
    ['wait for the operator where the records are locked', throttled(SETTLED), proven, looked(LOCKED), 'created operator, submit in 170 s'],
    ['are not repeated beside a contradiction', throttled(SETTLED), unguarded, looked(CONTRADICTION), 'in_doubt person, look_up in 170 s'],
    ['were no refusal where the records show the payment', throttled(SETTLED), unguarded, looked(present('sent')), 'sent nothing, end'],
    ['wait again for one that never left since', { now: 341, calls: [call(0, THROTTLED), call(300, UNSENT)] }, unguarded, NOTHING_NEW, 'created provider, submit in 110.5 s'],
    ['wait for its records too, when its pause is over', { now: 500, calls: [call(0, THROTTLED), call(300, UNSENT)] }, unguarded, NOTHING_NEW, 'created provider, submit in 140 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a payment that the records showed although nothing of ours was paid', () => {
  const seen = { status: 'pending', providerReference: 'pay_A', evidence: 'seen', since: 5 } as const;
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is looked up, and not made', { now: 9, ...seen }, idempotent, NOTHING_NEW, 'pending nothing, look_up'],
    ['is looked up before it is canceled', { now: 9, ...seen, decisions: [cancel(8)] }, idempotent, NOTHING_NEW, 'pending nothing, look_up'],
    ['is a doubt where it is not there any more', { now: 9, ...seen }, idempotent, looked(ABSENT), 'in_doubt person, look_up in 5 s'],
    ['is a doubt where nothing can be read', { now: 9, ...seen }, idempotent, looked(UNREADABLE), 'in_doubt person, look_up in 5 s'],
    ['is not made after a word that nothing was paid either', { now: 999, ...seen, since: 900, calls: [call(0, AMBIGUOUS)], decisions: [notPaid(400)] }, idempotent, NOTHING_NEW, 'pending nothing, look_up'],
    ['is made again for the one who says so', { now: 401, ...seen, status: 'in_doubt', calls: [call(0, AMBIGUOUS)], decisions: [payAgain(400)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a person who says that it was not paid', () => {
  const doubted = (decided: number) =>
    ({ now: decided, status: 'in_doubt', since: 1, calls: [call(0, AMBIGUOUS)] }) as const;
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['ends it in error', { ...doubted(400), decisions: [notPaid(400)] }, unguarded, NOTHING_NEW, 'error nothing, end'],
    ['lets it be paid again by saying so', { ...doubted(400), decisions: [payAgain(400)] }, unguarded, NOTHING_NEW, 'in_doubt provider, submit'],
    ['lets it be canceled instead', { ...doubted(401), decisions: [payAgain(400), cancel(401)] }, unguarded, NOTHING_NEW, 'canceled nothing, end'],
    ['decides anew what was to be canceled before', { ...doubted(401), decisions: [cancel(300), payAgain(400)] }, unguarded, NOTHING_NEW, 'in_doubt provider, submit'],
    ['may take that back before it is paid', { ...doubted(402), decisions: [payAgain(400), notPaid(402)] }, unguarded, NOTHING_NEW, 'error nothing, end'],
    ['does not see it paid twice: on its way', { ...doubted(401), calls: [call(0, AMBIGUOUS), call(400)], decisions: [payAgain(400)] }, unguarded, NOTHING_NEW, 'in_doubt provider, submit in 39 s'],
    ['does not see it paid twice: a second doubt', { ...doubted(402), calls: [call(0, AMBIGUOUS), call(400, AMBIGUOUS)], decisions: [payAgain(400)] }, unguarded, NOTHING_NEW, 'in_doubt provider, look_up in 5 s'],
    ['may say so again of the second one', { ...doubted(900), calls: [call(0, AMBIGUOUS), call(400, AMBIGUOUS)], decisions: [payAgain(400), notPaid(900)] }, unguarded, NOTHING_NEW, 'error nothing, end'],
    ['does not outlive the doubt: a later one asks again', { ...doubted(999), since: 950, decisions: [notPaid(400)] }, unguarded, NOTHING_NEW, 'in_doubt person, look_up in 24.5 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('is named in the evidence', () => {
    expect(evidenceOf({ ...doubted(400), decisions: [notPaid(400)] }, unguarded)).toBe(
      'Ada says that it was not paid: the bank statement',
    );
  });
});

it('decides by the clock of the facts alone', () => {
  expect(facts({ now: 7 }).nowMs).toBe(at(7));
});
