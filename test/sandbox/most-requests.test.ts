import { expect, it } from 'vitest';
import { mostRequests } from '../../src/sandbox/most-requests.js';

const at = (...times: readonly number[]) => times.map((atMs) => ({ atMs }));

it.each([
  [at(), 0],
  [at(5), 1],
  [at(0, 999), 2],
  [at(0, 1_000), 1],
  [at(0, 500, 1_000, 1_499, 1_500), 3],
  // In whatever order they were written down.
  [at(2_300, 100, 2_200, 2_100), 3],
])('of %j at most %i requests came within a second', (requests, most) => {
  expect(mostRequests(requests, 1_000)).toBe(most);
});
