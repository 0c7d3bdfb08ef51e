import type { LoggedRequest } from './request-log.js';

/** The most requests that arrived within any window of that length: from the instant of one to just before its end. */
export function mostRequests(requests: readonly Pick<LoggedRequest, 'atMs'>[], windowMs: number): number {
  const times = requests.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, atMs] of times.entries()) {
    while (atMs - (times[first] ?? atMs) >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
