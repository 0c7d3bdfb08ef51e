import { describe, expect, it } from 'vitest';
import { decideGrounds } from '../../src/payout/grounds.js';
import type { Sighting } from '../../src/payout/outcome.js';
import {
  ABSENT,
  ACCEPTED,
  AMBIGUOUS,
  askedFor,
  call,
  CLOSES,
  CONTRADICTION,
  facts,
  KEY_WINDOW,
  late,
  NO_FUNDS,
  notPaid,
  paid,
  payAgain,
  present,
  PROVEN_ABSENT,
  REFUSED,
  RULES,
  SETTLED,
  THROTTLED,
  UNREADABLE,
  UNSENT,
  withOtherCredentials,
  type FactsGiven,
  type RulesName,
} from './build.js';

const NAMES = Object.keys(RULES) as readonly RulesName[];

const none = '-';
const mended = 'nothing_was_paid';
const person = 'person_decided';
const key = 'same_key_in_window';
const keyLater = 'same_key_after_look_up';
const fewer = 'guard_shows_fewer';

type Case = readonly [what: string, given: FactsGiven, look: Sighting | undefined, grounds: readonly string[]];

const every = (grounds: string): readonly string[] => NAMES.map(() => grounds);
const doubt = call(0, AMBIGUOUS);
const foreign = withOtherCredentials(doubt);
const before = KEY_WINDOW - SETTLED - 1;

/** The columns: an idempotency key; a guard; a guard that the operator vouches for; nothing that guards a repeat. */
// prettier-ignore
const CASES: readonly Case[] = [
  ['nothing was sent', { now: 0 }, undefined, every('first')],

  // Provably nothing was paid.
  ['unsent', { now: 1, calls: [call(0, UNSENT)] }, undefined, every(mended)],
  ['unsent, by other credentials', { now: 1, calls: [withOtherCredentials(call(0, UNSENT))] }, undefined, every(mended)],
  ['unsent, told late', { now: 99, calls: [call(0, late(98, UNSENT))] }, undefined, every(mended)],
  ['the operator has to mend it', { now: 1, calls: [call(0, NO_FUNDS)] }, undefined, every(mended)],
  ['mended by a new key', { now: 1, calls: [withOtherCredentials(call(0, NO_FUNDS))] }, undefined, every(mended)],
  ['refused for good', { now: 1, calls: [call(0, REFUSED)] }, undefined, every(none)],
  ['refused for good, and absent', { now: 999, calls: [call(0, REFUSED)] }, PROVEN_ABSENT, every(none)],
  ['refused for good before one unsent', { now: 99, calls: [call(0, REFUSED), call(50, UNSENT)] }, undefined, every(none)],
  ['refused for good, told late', { now: 99, calls: [call(0, late(98, REFUSED)), call(50, UNSENT)] }, undefined, every(none)],

  // "Too many requests" is believed where a repeat is harmless; elsewhere the records are asked as well.
  ['throttled', { now: 10, calls: [call(0, THROTTLED)] }, undefined, [mended, none, none, none]],
  ['throttled, and absent too early', { now: SETTLED - 1, calls: [call(0, THROTTLED)] }, ABSENT, [mended, none, none, none]],
  ['throttled, settled, not looked', { now: SETTLED, calls: [call(0, THROTTLED)] }, undefined, [mended, none, none, none]],
  ['throttled, settled, absent', { now: SETTLED, calls: [call(0, THROTTLED)] }, ABSENT, every(mended)],
  ['throttled, settled, unreadable', { now: SETTLED, calls: [call(0, THROTTLED)] }, UNREADABLE, [mended, none, none, none]],
  ['throttled, settled, contradiction', { now: SETTLED, calls: [call(0, THROTTLED)] }, CONTRADICTION, [mended, none, none, none]],
  ['throttled, settled, present', { now: SETTLED, calls: [call(0, THROTTLED)] }, present('sent'), [mended, none, none, none]],
  ['throttled before one unsent', { now: SETTLED, calls: [call(0, THROTTLED), call(50, UNSENT)] }, ABSENT, [mended, none, none, none]],

  // Money may have moved.
  ['ambiguous', { now: 1, calls: [doubt] }, undefined, [key, none, none, none]],
  ['ambiguous, absent', { now: SETTLED, calls: [doubt] }, ABSENT, [key, none, none, none]],
  ['ambiguous, proven absent too early', { now: SETTLED - 1, calls: [doubt] }, PROVEN_ABSENT, [key, none, none, none]],
  ['ambiguous, proven absent', { now: SETTLED, calls: [doubt] }, PROVEN_ABSENT, [key, none, fewer, none]],
  ['ambiguous, unreadable', { now: SETTLED, calls: [doubt] }, UNREADABLE, [key, none, none, none]],
  ['ambiguous, contradiction', { now: SETTLED, calls: [doubt] }, CONTRADICTION, [key, none, none, none]],
  ['the last moment of the key window', { now: before, calls: [doubt] }, undefined, [key, none, none, none]],
  ['too late for a repeat to be over in the key window', { now: before + 1, calls: [doubt] }, undefined, every(none)],
  ['the key window has passed', { now: KEY_WINDOW, calls: [doubt] }, undefined, every(none)],
  ['the key window has passed, absent', { now: KEY_WINDOW, calls: [doubt] }, ABSENT, every(none)],
  ['the key window has passed, proven absent', { now: KEY_WINDOW, calls: [doubt] }, PROVEN_ABSENT, [keyLater, none, fewer, none]],
  ['the window counts from the first request', { now: KEY_WINDOW, calls: [doubt, call(3_500, AMBIGUOUS)] }, undefined, every(none)],
  ['a new doubt is to settle first', { now: KEY_WINDOW, calls: [doubt, call(3_500, AMBIGUOUS)] }, PROVEN_ABSENT, every(none)],
  ['other credentials repeat nothing', { now: 1, calls: [foreign] }, undefined, every(none)],
  ['other credentials prove nothing', { now: KEY_WINDOW, calls: [foreign] }, PROVEN_ABSENT, every(none)],
  ['other credentials in one of two', { now: 99, calls: [foreign, call(50, UNSENT)] }, PROVEN_ABSENT, every(none)],
  ['a repeat was refused for good', { now: 99, calls: [doubt, call(50, REFUSED)] }, undefined, every(none)],
  ['a refused repeat, proven absent', { now: KEY_WINDOW, calls: [doubt, call(50, REFUSED)] }, PROVEN_ABSENT, every(none)],
  ['a refused repeat before another doubt', { now: 99, calls: [doubt, call(50, REFUSED), doubt] }, undefined, every(none)],
  ['a repeat wants the operator', { now: 99, calls: [doubt, call(50, NO_FUNDS)] }, undefined, [key, none, none, none]],
  ['a repeat never left', { now: 99, calls: [doubt, call(50, UNSENT)] }, undefined, [key, none, none, none]],
  ['a repeat was throttled', { now: 99, calls: [doubt, call(50, THROTTLED)] }, undefined, [key, none, none, none]],
  ['one without an outcome, closed', { now: CLOSES, calls: [call(0)] }, undefined, [key, none, none, none]],
  ['one without an outcome, proven absent', { now: SETTLED, calls: [call(0)] }, PROVEN_ABSENT, [key, none, fewer, none]],

  // Nothing allows another one.
  ['one is on its way', { now: CLOSES - 1, calls: [call(0)] }, PROVEN_ABSENT, every(none)],
  ['one is on its way after one unsent', { now: 51, calls: [call(0, UNSENT), call(50)] }, undefined, every(none)],
  ['accepted', { now: 1, calls: [call(0, ACCEPTED)] }, undefined, every(none)],
  ['accepted, proven absent', { now: KEY_WINDOW, calls: [call(0, ACCEPTED)] }, PROVEN_ABSENT, every(none)],
  ['accepted after a doubt', { now: 99, calls: [doubt, call(50, ACCEPTED)] }, PROVEN_ABSENT, every(none)],
  ['accepted before a refusal', { now: 99, calls: [call(0, ACCEPTED), call(50, REFUSED)] }, PROVEN_ABSENT, every(none)],

  // A person's word.
  ['not paid, a person says', { now: 401, calls: [doubt], decisions: [notPaid(400)] }, undefined, every(none)],
  ['not paid, absent', { now: KEY_WINDOW, calls: [doubt], decisions: [notPaid(400)] }, PROVEN_ABSENT, every(none)],
  ['pay again', { now: 401, calls: [doubt], decisions: [payAgain(400)] }, undefined, every(person)],
  ['pay again what was accepted', { now: 401, calls: [call(0, ACCEPTED)], decisions: [payAgain(400)] }, undefined, every(person)],
  ['pay again by other credentials', { now: 401, calls: [foreign], decisions: [payAgain(400)] }, undefined, every(person)],
  ['pay again, taken back', { now: 403, calls: [doubt], decisions: [payAgain(400), notPaid(402)] }, undefined, every(none)],
  ['paid again: on its way', { now: 406, calls: [doubt, call(405)], decisions: [payAgain(400)] }, undefined, every(none)],
  ['paid again in the same millisecond', { now: 401, calls: [doubt, call(400)], decisions: [payAgain(400)] }, undefined, every(none)],
  ['paid again by one that waited for the word', { now: 401, calls: [doubt, call(399)], decisions: [payAgain(400)] }, undefined, every(none)],
  ['paid again: a doubt', { now: 500, calls: [doubt, call(405, AMBIGUOUS)], decisions: [payAgain(400)] }, undefined, [key, none, none, none]],
  ['paid again: a doubt, proven absent', { now: 800, calls: [doubt, call(405, AMBIGUOUS)], decisions: [payAgain(400)] }, PROVEN_ABSENT, [key, none, fewer, none]],
  ['paid again: unsent', { now: 500, calls: [doubt, call(405, UNSENT)], decisions: [payAgain(400)] }, undefined, every(mended)],
  ['paid again: accepted', { now: 500, calls: [doubt, call(405, ACCEPTED)], decisions: [payAgain(400)] }, undefined, every(none)],
  ['pay again, and the first one turns out accepted', { now: 500, calls: [call(0, late(450, ACCEPTED))], decisions: [payAgain(400)] }, PROVEN_ABSENT, every(none)],
  ['a word that it was paid is read by the ruling, not here', { now: 401, calls: [doubt], decisions: [paid(400)] }, undefined, [key, none, none, none]],
];

describe('grounds for one more request', () => {
  it.each(CASES)('%s', (_what, given, look, expected) => {
    const known = facts(given);
    const found = NAMES.map((name) => decideGrounds(known, RULES[name], askedFor(look, known))?.kind ?? none);
    expect(Object.fromEntries(NAMES.map((name, index) => [name, found[index]]))).toEqual(
      Object.fromEntries(NAMES.map((name, index) => [name, expected[index]])),
    );
  });

  it('are not given by a look that was asked for before the last request could show', () => {
    const late = facts({ now: 2 * KEY_WINDOW, calls: [doubt, call(KEY_WINDOW, AMBIGUOUS)] });
    const kindFor = (askedAtMs: number) =>
      decideGrounds(late, RULES.proven, askedFor(PROVEN_ABSENT, late, askedAtMs))?.kind;
    expect(kindFor(late.nowMs)).toBe('guard_shows_fewer');
    // A step that looked, and was then frozen while another one paid.
    expect(kindFor(late.nowMs - (KEY_WINDOW - SETTLED) * 1_000)).toBe('guard_shows_fewer');
    expect(kindFor(late.nowMs - (KEY_WINDOW - SETTLED) * 1_000 - 1)).toBeUndefined();
    expect(decideGrounds(late, RULES.proven, PROVEN_ABSENT)).toBeUndefined();
  });

  it('name the decision that they rest on', () => {
    const given = facts({ now: 401, calls: [doubt], decisions: [notPaid(380), payAgain(400)] });
    expect(decideGrounds(given, RULES.unguarded)).toEqual({ kind: 'person_decided', decision: 400 });
  });
});
