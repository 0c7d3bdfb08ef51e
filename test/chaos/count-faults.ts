import type { Sandbox } from '../../src/sandbox/sandbox.js';

export type FaultCounts = Readonly<Record<string, number>>;

/** How often each kind has hit, `+effect` where the request was handled before it went wrong. */
export function countFaults({ faults }: Sandbox): FaultCounts {
  const counts: Record<string, number> = {};
  for (const { kind, status, afterEffect, hits } of faults.list()) {
    const name = [kind, ...(kind === 'status' ? [status] : []), ...(afterEffect ? ['after effect'] : [])].join(' ');
    counts[name] = (counts[name] ?? 0) + hits;
  }
  return counts;
}
