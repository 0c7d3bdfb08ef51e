import { describe, expect, it } from 'vitest';
import {
  ABSENT,
  ACCEPTED,
  AMBIGUOUS,
  call,
  cancel,
  CLOSES,
  CONTRADICTION,
  hindered,
  KEY_WINDOW,
  late,
  LOCKED,
  looked,
  NO_FUNDS,
  NOTHING_NEW,
  paid,
  PROVEN_ABSENT,
  REFUSED,
  REFUSED_BEFORE,
  resume,
  RULES,
  SETTLED,
  UNREADABLE,
  UNSENT,
  withOtherCredentials,
} from './build.js';
import { evidenceOf, expectRuling, type RulingCase } from './expect-ruling.js';

const { idempotent, guarded, proven, unguarded } = RULES;
const doubt = call(0, AMBIGUOUS);

describe('a request on its way', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is waited out', { now: 1, calls: [call(0)] }, unguarded, NOTHING_NEW, 'in_doubt provider, submit in 39 s'],
    ['is waited out whatever guards a repeat', { now: 1, calls: [call(0)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 39 s'],
    ['is waited out in spite of a look', { now: 1, calls: [call(0)] }, proven, looked(PROVEN_ABSENT), 'in_doubt provider, submit in 39 s'],
    ['is waited out by the one who cancels', { now: 2, calls: [call(0)], decisions: [cancel(1)] }, unguarded, NOTHING_NEW, 'in_doubt provider, submit in 38 s'],
    ['is a doubt when it is closed', { now: CLOSES, calls: [call(0)] }, unguarded, NOTHING_NEW, 'in_doubt provider, look_up in 20 s'],
    ['is repeated when it is closed, where a key makes that safe', { now: CLOSES, calls: [call(0)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a request that was accepted', () => {
  const accepted = (now: number) => ({ now, calls: [call(0, ACCEPTED)] });
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is pending until its records had time', accepted(1), unguarded, NOTHING_NEW, 'pending provider, look_up in 5 s'],
    ['is pending while they show nothing', accepted(100), unguarded, looked(ABSENT), 'pending provider, look_up in 50 s'],
    ['is looked up as soon as they had time', accepted(300), unguarded, looked(ABSENT), 'pending provider, look_up in 40 s'],
    ['is looked up at the settle time', accepted(SETTLED), unguarded, NOTHING_NEW, 'in_doubt provider, look_up'],
    ['is a doubt for a person when they still show nothing', accepted(SETTLED), unguarded, looked(ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is one even where the absence is proven', accepted(SETTLED), proven, looked(PROVEN_ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is not repeated by a key either', accepted(SETTLED), idempotent, looked(PROVEN_ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is not canceled any more', { ...accepted(2), decisions: [cancel(1)] }, unguarded, NOTHING_NEW, 'pending provider, look_up in 5 s'],
    ['is pending while they cannot be read', accepted(100), unguarded, looked(UNREADABLE), 'pending provider, look_up in 50 s'],
    ['waits for the operator where they are locked', accepted(100), unguarded, looked(LOCKED), 'pending operator, look_up in 50 s'],
    ['is a doubt when they cannot be read for long', accepted(SETTLED), unguarded, looked(UNREADABLE), 'in_doubt provider, look_up in 170 s'],
    ['is a doubt where they show another payment', accepted(100), unguarded, looked(CONTRADICTION), 'in_doubt person, look_up in 50 s'],
    ['is looked up where it was seen before', { ...accepted(SETTLED), status: 'pending', providerReference: 'pay_A' }, idempotent, NOTHING_NEW, 'pending nothing, look_up'],
    ['is not hindered by anything', accepted(1), unguarded, hindered('lane'), 'pending provider, look_up in 5 s'],
    ['is looked up ever more slowly', accepted(86_400), unguarded, looked(ABSENT), 'in_doubt person, look_up in 3600 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('says what is known', () => {
    const why = 'accepted by the provider, whose records do not show it yet';
    expect(evidenceOf(accepted(1), unguarded)).toBe(why);
    expect(evidenceOf(accepted(1), unguarded, looked(ABSENT))).toBe(`${why}; it is not there`);
    expect(evidenceOf(accepted(1), unguarded, looked(UNREADABLE))).toBe(
      `${why}; its records cannot be read: answered 503`,
    );
  });
});

describe('a doubt about a call that pays again', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is looked up', { now: 1, calls: [doubt] }, unguarded, NOTHING_NEW, 'in_doubt provider, look_up in 5 s'],
    ['is looked up again while the records have time', { now: 100, calls: [doubt] }, unguarded, looked(ABSENT), 'in_doubt provider, look_up in 50 s'],
    ['is looked up when they had time', { now: SETTLED, calls: [doubt] }, unguarded, NOTHING_NEW, 'in_doubt provider, look_up'],
    ['waits for a person', { now: SETTLED, calls: [doubt] }, unguarded, looked(ABSENT), 'in_doubt person, look_up in 170 s'],
    ['waits for one even where the absence is proven', { now: SETTLED, calls: [doubt] }, unguarded, looked(PROVEN_ABSENT), 'in_doubt person, look_up in 170 s'],
    ['waits for one where the guard is not vouched for', { now: SETTLED, calls: [doubt] }, guarded, looked(PROVEN_ABSENT), 'in_doubt person, look_up in 170 s'],
    ['waits while the records cannot be read', { now: SETTLED, calls: [doubt] }, unguarded, looked(UNREADABLE), 'in_doubt provider, look_up in 170 s'],
    ['is not canceled away', { now: SETTLED, calls: [doubt], decisions: [cancel(300)] }, unguarded, looked(ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is not resumed away', { now: SETTLED, calls: [doubt], decisions: [resume(300)] }, unguarded, looked(ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is not hindered by a lane', { now: 100, calls: [doubt] }, unguarded, hindered('lane'), 'in_doubt provider, look_up in 50 s'],
    ['is no error because the next try was refused', { now: 100, calls: [doubt] }, unguarded, REFUSED_BEFORE, 'in_doubt provider, look_up in 50 s'],
    ['is ended by a person who says that it was paid', { now: 400, status: 'in_doubt', since: 1, calls: [doubt], decisions: [paid(400)] }, unguarded, NOTHING_NEW, 'sent nothing, end'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));

  it('says what is known', () => {
    expect(evidenceOf({ now: 1, calls: [doubt] }, unguarded)).toBe('money may have moved: ECONNRESET');
    expect(evidenceOf({ now: CLOSES, calls: [call(0)] }, unguarded)).toBe(
      'money may have moved: no outcome was recorded',
    );
  });
});

describe('a doubt about a call with a key', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['is repeated after a pause', { now: 1, calls: [doubt] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 5 s'],
    ['is repeated when the pause is over', { now: 6, calls: [doubt] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit'],
    ['is repeated more slowly', { now: 81, calls: [doubt, call(80, AMBIGUOUS)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 40.5 s'],
    ['is repeated once a minute at least', { now: 1_001, calls: [doubt, call(1_000, AMBIGUOUS)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 60 s'],
    ['is repeated after a pause that does not shrink while it lasts', { now: 101, calls: [doubt, call(80, AMBIGUOUS)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 20.5 s'],
    ['is repeated at once when a look shows nothing', { now: 2, calls: [doubt] }, idempotent, looked(ABSENT), 'in_doubt provider, submit'],
    ['waits for the operator whom the repeat wants', { now: 60, calls: [doubt, call(50, NO_FUNDS)] }, idempotent, NOTHING_NEW, 'in_doubt operator, submit in 1791 s'],
    ['goes on by a word that it is mended', { now: 99, calls: [doubt, call(50, NO_FUNDS)], decisions: [resume(98)] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit'],
    ['is not repeated after a refusal for good', { now: 60, calls: [doubt, call(50, REFUSED)] }, idempotent, NOTHING_NEW, 'in_doubt provider, look_up in 30 s'],
    ['waits for the operator, not for ever at once', { now: 60, calls: [doubt] }, idempotent, hindered('operator'), 'in_doubt operator, submit in 1800 s'],
    ['waits for a worker that is fast enough', { now: 60, calls: [doubt] }, idempotent, hindered('provider'), 'in_doubt provider, submit in 30 s'],
    ['is looked up when the key may be forgotten', { now: KEY_WINDOW, calls: [doubt] }, idempotent, NOTHING_NEW, 'in_doubt provider, look_up'],
    ['is repeated then when the absence is proven', { now: KEY_WINDOW, calls: [doubt] }, idempotent, looked(PROVEN_ABSENT), 'in_doubt provider, submit'],
    ['waits for a person when it is not', { now: KEY_WINDOW, calls: [doubt] }, idempotent, looked(ABSENT), 'in_doubt person, look_up in 1800 s'],
    ['waits for a person under other credentials', { now: SETTLED, calls: [withOtherCredentials(doubt)] }, idempotent, looked(PROVEN_ABSENT), 'in_doubt person, look_up in 170 s'],
    ['is repeated though a frozen worker said late that it sent nothing', { now: 99, calls: [doubt, call(50, late(98, UNSENT))] }, idempotent, NOTHING_NEW, 'in_doubt provider, submit in 48 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});

describe('a doubt about a call whose guard the operator vouches for', () => {
  // prettier-ignore
  const cases: readonly RulingCase[] = [
    ['waits for the records', { now: 100, calls: [doubt] }, proven, looked(PROVEN_ABSENT), 'in_doubt provider, look_up in 50 s'],
    ['is looked up when they had time', { now: SETTLED, calls: [doubt] }, proven, NOTHING_NEW, 'in_doubt provider, look_up'],
    ['is repeated when they show fewer', { now: SETTLED, calls: [doubt] }, proven, looked(PROVEN_ABSENT), 'in_doubt provider, submit'],
    ['waits for a person when they are not whole', { now: SETTLED, calls: [doubt] }, proven, looked(ABSENT), 'in_doubt person, look_up in 170 s'],
    ['waits when the repeat cannot be prepared', { now: SETTLED, calls: [doubt] }, proven, hindered('provider'), 'in_doubt provider, submit in 170 s'],
    ['waits for a person when the repeat is refused', { now: SETTLED, calls: [doubt] }, proven, REFUSED_BEFORE, 'in_doubt person, submit in 1800 s'],
  ];
  it.each(cases)('%s', (...one) => expectRuling(one));
});
