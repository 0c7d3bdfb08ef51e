import { describe, expect, it } from 'vitest';
import { decide } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { decideGrounds } from '../../src/payout/grounds.js';
import type { Outcome } from '../../src/payout/outcome.js';
import { attemptToRepeat } from '../../src/payout/verdict.js';
import {
  AMBIGUOUS,
  call,
  cancel,
  facts,
  NO_FUNDS,
  payAgain,
  PROVEN_ABSENT,
  REFUSED,
  RULES,
  SETTLED,
  UNSENT,
  type FactsGiven,
} from './build.js';

/** The one call asked for this payout and for others. */
const shared = (given: FactsGiven): Facts => {
  const one = facts(given);
  return { ...one, attempts: one.attempts.map((attempt) => ({ ...attempt, isShared: true })) };
};
const refusedFor = (...references: readonly string[]): Outcome => ({
  ...(REFUSED as Outcome & { kind: 'rejected' }),
  rows: references.map((reference) => ({ reference, message: 'no permission' })),
});
const ALONE = RULES.idempotent;
const GROUP = { ...RULES.idempotent, actsForAll: true };
const kindOf = (given: Facts, rules: typeof GROUP | typeof ALONE, look?: typeof PROVEN_ABSENT) =>
  decideGrounds(given, rules, look)?.kind;

describe('a call that asked for several payouts', () => {
  it('is repeated in a doubt by its group, under the same key, and by nobody else', () => {
    const doubtful = shared({ now: 60, calls: [call(0, AMBIGUOUS)] });
    expect(kindOf(doubtful, GROUP)).toBe('same_key_in_window');
    expect(kindOf(doubtful, ALONE)).toBeUndefined();
    expect(attemptToRepeat(doubtful, true)?.idempotencyKey).toBe(doubtful.attempts[0]?.idempotencyKey);
    expect(attemptToRepeat(doubtful, false)).toBeUndefined();
  });

  it('gives one that left its group no grounds, even where its absence is proven', () => {
    const doubtful = shared({ now: SETTLED + 3_600, calls: [call(0, AMBIGUOUS)] });
    expect(kindOf(doubtful, ALONE, PROVEN_ABSENT)).toBeUndefined();
    expect(decide(doubtful, ALONE, { kind: 'sighting', sighting: PROVEN_ABSENT })).toMatchObject({
      status: 'in_doubt',
      waitingFor: 'person',
    });
  });

  it('is repeated by nobody once this payout was canceled in the doubt', () => {
    const canceled = shared({ now: 60, calls: [call(0, AMBIGUOUS)], decisions: [cancel(50)] });
    expect(kindOf(canceled, GROUP)).toBeUndefined();
  });

  it.each([
    ['never left', UNSENT],
    ['was refused in a way that can be mended', NO_FUNDS],
  ])('that %s is repeated by its group, and followed by another attempt of one that left', (_what, outcome) => {
    const unpaid = shared({ now: 4_000, calls: [call(0, outcome)] });
    expect(kindOf(unpaid, ALONE)).toBe('nothing_was_paid');
    expect(attemptToRepeat(unpaid, false)).toBeUndefined();
    expect(attemptToRepeat(unpaid, true)).toBe(unpaid.attempts[0]);
  });

  it('is over when it was refused because of others: who was not named goes on, who was named has ended', () => {
    const others = shared({ now: 60, calls: [call(0, refusedFor('study-42/p-001'))] });
    expect(kindOf(others, GROUP)).toBe('nothing_was_paid');
    expect(attemptToRepeat(others, true)).toBeUndefined();
    expect(decide(others, GROUP)).toMatchObject({ next: { do: 'submit' } });

    const named = shared({ now: 60, calls: [call(0, refusedFor('study-42/p-001', 'study-42/p-007'))] });
    expect(decide(named, GROUP)).toMatchObject({ status: 'error', evidence: 'refused by the provider: no permission' });
  });

  it('that was refused for all ends each of them', () => {
    const refused = shared({ now: 60, calls: [call(0, REFUSED)] });
    expect(decide(refused, GROUP)).toMatchObject({ status: 'error' });
    expect(kindOf(refused, ALONE)).toBeUndefined();
  });

  it('says nothing of others after an unclear one: a refusal that names them leaves the doubt', () => {
    const doubtful = shared({ now: 120, calls: [call(0, AMBIGUOUS), call(60, refusedFor('study-42/p-001'))] });
    expect(kindOf(doubtful, GROUP)).toBeUndefined();
    expect(decide(doubtful, GROUP)).toMatchObject({ status: 'in_doubt' });
  });

  it('is not made again where a person says "pay again": that is another attempt', () => {
    const again = shared({ now: SETTLED + 20, calls: [call(0, AMBIGUOUS)], decisions: [payAgain(SETTLED + 10)] });
    expect(kindOf(again, ALONE)).toBe('person_decided');
    expect(attemptToRepeat(again, false)).toBeUndefined();
  });
});
