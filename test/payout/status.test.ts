import { describe, expect, it } from 'vitest';
import { isEnding, mayFollow, STATUSES, type Status } from '../../src/payout/status.js';

/** Every pair: what may follow each status. */
const FOLLOWERS: Readonly<Record<Status, readonly Status[]>> = {
  created: STATUSES,
  ready: STATUSES,
  pending: STATUSES,
  in_doubt: STATUSES,
  sent: ['sent', 'returned'],
  error: ['sent', 'error', 'returned'],
  canceled: ['sent', 'returned', 'canceled'],
  returned: ['returned'],
};

describe('which status may follow which', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))('%s → %s', (from, to) => {
    expect(mayFollow(from, to)).toBe(FOLLOWERS[from].includes(to));
  });

  it('lets an ending yield to nothing but money that moved', () => {
    for (const from of STATUSES.filter(isEnding)) {
      const followers = STATUSES.filter((to) => to !== from && mayFollow(from, to));
      expect(['sent', 'returned']).toEqual(expect.arrayContaining(followers));
    }
  });

  it('counts four endings', () => {
    expect(STATUSES.filter(isEnding)).toEqual(['sent', 'error', 'returned', 'canceled']);
  });
});
