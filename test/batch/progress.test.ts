import { describe, expect, it } from 'vitest';
import type { BatchProgress } from '../../src/batch/engine.js';
import { formatBar, formatDuration, formatLine } from '../../src/batch/format-progress.js';
import { nextSpeed, rateOf, timeLeftMs, type Speed } from '../../src/batch/speed.js';

const progress = (more: Partial<BatchProgress> = {}): BatchProgress => ({
  total: 1_000,
  waiting: 0,
  refused: 0,
  byStatus: {},
  byWait: {},
  ended: false,
  ...more,
});

const sent = (count: number): BatchProgress => progress({ byStatus: { sent: count, pending: 1_000 - count } });

/** What is known after looks at these instants. */
const after = (...looks: readonly (readonly [atMs: number, sent: number])[]): Speed =>
  looks.reduce<Speed | undefined>((speed, [atMs, count]) => nextSpeed(speed, sent(count), atMs), undefined) as Speed;

describe('the speed of a batch', () => {
  it('is not told before there was time to see any', () => {
    expect(rateOf(after([0, 0]))).toBeUndefined();
    expect(rateOf(after([0, 0], [500, 100]))).toBeUndefined();
  });

  it('is that of the latest seconds, so that a pause is seen', () => {
    expect(rateOf(after([0, 0], [10_000, 500]))).toBe(50);
    expect(rateOf(after([0, 0], [10_000, 500], [31_000, 500], [40_000, 500]))).toBe(0);
  });

  it('counts every ending, not only what was sent', () => {
    const first = nextSpeed(undefined, progress(), 0);
    const byStatus = { sent: 5, error: 2, canceled: 1, returned: 1, in_doubt: 40, pending: 40 };
    expect(rateOf(nextSpeed(first, progress({ byStatus, refused: 1 }), 1_000))).toBe(10);
  });

  it('tells the time that is left for what moves by itself', () => {
    expect(timeLeftMs(sent(500), 50)).toBe(10_000);
    const held = { date: 100, person: 50, operator: 50, approval: 50 };
    expect(timeLeftMs({ ...sent(500), byWait: { ...held, provider: 250 } }, 50)).toBe(5_000);
    expect(timeLeftMs(sent(500), 0)).toBeUndefined();
    expect(timeLeftMs(sent(500), undefined)).toBeUndefined();
    expect(timeLeftMs({ ...sent(500), byWait: { person: 500 } }, 0)).toBe(0);
  });

  it.each([
    [0, '0 s'],
    [400, '1 s'],
    [89_000, '89 s'],
    [91_000, '2 min'],
    [3_600_000, '60 min'],
    [7_200_000, '2 h'],
    [12_000_000, '3 h 20 min'],
  ])('reads %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('the progress of a batch', () => {
  const half = { ...sent(500), waiting: 3, byWait: { provider: 400, operator: 97 } };

  it('is a bar, the rows by status, and what they wait for', () => {
    expect(formatBar(half, after([0, 0], [10_000, 500]))).toBe(
      [
        `${'█'.repeat(12)}${'░'.repeat(12)} 500 of 1000 ended (50 %), 50/s, 9 s left`,
        '  not claimed yet 3, pending 500, sent 500',
        '  waiting for operator 97, provider 400',
      ].join('\n'),
    );
  });

  it('is one line in a log', () => {
    expect(formatLine(half, after([0, 0], [10_000, 500]))).toBe(
      '500 of 1000 ended (50 %), 50/s, 9 s left; not claimed yet 3, pending 500, sent 500; waiting for operator 97, provider 400',
    );
  });

  it('is never whole before all have ended', () => {
    expect(formatBar(sent(999), after([0, 999]))).toMatch(/^█{23}░ 999 of 1000 ended \(99 %\)\n/);
    const end = progress({ byStatus: { sent: 1_000 }, ended: true });
    expect(formatBar(end, nextSpeed(undefined, end, 0))).toBe(
      `${'█'.repeat(24)} 1000 of 1000 ended (100 %)\n  sent 1000`,
    );
  });
});
