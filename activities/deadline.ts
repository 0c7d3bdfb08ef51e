import type { Outcome } from '../src/payout/outcome.js';
import type { Clock } from './deps.js';

/** The last moment at which bytes may leave, on the wall clock and the monotonic one: either may lie, and one is enough to stop. */
export interface Deadline {
  passed(clock: Clock): boolean;
}

export function startDeadline(clock: Clock, durationMs: number): Deadline {
  const wallMs = clock.wallMs() + durationMs;
  const monotonicMs = clock.monotonicMs() + durationMs;
  return { passed: (now) => now.wallMs() >= wallMs || now.monotonicMs() >= monotonicMs };
}

/** What came of a call that was not made because of it. */
export const TOO_LATE: Outcome = { kind: 'unsent', cause: 'send_by had passed before the request could leave' };
