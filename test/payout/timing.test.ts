import { expect, it } from 'vitest';
import { backOffMs } from '../../src/payout/timing.js';

const POLL_MS = 5_000;

it.each([
  ['a question that was just asked', 0, POLL_MS],
  ['a young one', 9_999, POLL_MS],
  ['one that is older than two pauses', 20_000, 10_000],
  ['one of an hour', 3_600_000, 1_800_000],
  ['one of two hours: from here on once an hour', 7_200_000, 3_600_000],
  ['one of a year', 365 * 86_400_000, 3_600_000],
  ['one of an odd age, in whole milliseconds', 20_001, 10_001],
  ['one from a clock that was set back', -60_000, POLL_MS],
])('pauses by the age of the question: %s', (_what, ageMs, pauseMs) => {
  expect(backOffMs(ageMs, POLL_MS)).toBe(pauseMs);
});

it('asks thirty times in the first day and not more than twenty-four times in any later one', () => {
  let asked = 0;
  let ageMs = 0;
  const askUntil = (untilMs: number): number => {
    const before = asked;
    for (; ageMs < untilMs; ageMs += backOffMs(ageMs, POLL_MS)) asked += 1;
    return asked - before;
  };
  expect(askUntil(86_400_000)).toBeLessThan(45);
  expect(askUntil(2 * 86_400_000)).toBeLessThanOrEqual(25);
});
