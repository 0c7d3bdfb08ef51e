import { expect, it } from 'vitest';
import type { ServedAccount } from '../../activities/deps.js';
import { readCachedWorkflows } from '../../src/worker/cached-workflows.js';
import { queueLimits } from '../../src/worker/queue-limits.js';

const limitedTo = (requestsPerSecond: number) => ({ requestsPerSecond }) as ServedAccount;

it('an account without a limit leaves its queue as it is', () => {
  expect(queueLimits({} as ServedAccount)).toEqual({});
});

it.each([
  [0.5, 4],
  [2.2, 5],
  [20, 40],
  // Never more than a worker takes anyway.
  [250, 100],
])('a limit of %d a second starts no more steps than that, and a worker has at most %i at a time', (limit, steps) => {
  expect(queueLimits(limitedTo(limit))).toEqual({
    maxTaskQueueActivitiesPerSecond: limit,
    maxConcurrentActivityTaskExecutions: steps,
  });
});

it("the caller's own number of steps stays where it is smaller, and so does a tuner", () => {
  expect(queueLimits(limitedTo(20), { maxConcurrentActivityTaskExecutions: 10 })).toMatchObject({
    maxConcurrentActivityTaskExecutions: 10,
  });
  expect(queueLimits(limitedTo(20), { tuner: {} as never })).toEqual({ maxTaskQueueActivitiesPerSecond: 20 });
});

it('how many workflows are kept in memory can be set, and is refused where it is no number', () => {
  expect(readCachedWorkflows({})).toBe(500);
  expect(readCachedWorkflows({ PAYOUTS_CACHED_WORKFLOWS: '50' })).toBe(50);
  for (const wrong of ['1', 'many', '2.5'])
    expect(() => readCachedWorkflows({ PAYOUTS_CACHED_WORKFLOWS: wrong })).toThrow('PAYOUTS_CACHED_WORKFLOWS');
});
