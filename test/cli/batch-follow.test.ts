import { describe, expect, it } from 'vitest';
import type { BatchProgress } from '../../src/batch/engine.js';
import { followBatch, type FollowOptions } from '../../src/cli/batch/follow-batch.js';
import { toExitCode } from '../../src/cli/batch/report-followed.js';
import { LedgerUnreachable } from '../../src/payout/errors.js';

const progress = (more: Partial<BatchProgress> = {}): BatchProgress => ({
  total: 3,
  waiting: 0,
  refused: 0,
  byStatus: { sent: 1, pending: 2 },
  byWait: { provider: 2 },
  ended: false,
  ...more,
});
const ended = progress({ byStatus: { sent: 3 }, byWait: {}, ended: true });

/** What each look finds, the last one for ever. */
const finding = (...looks: readonly (BatchProgress | Error)[]) => {
  let next = 0;
  return {
    progress: async () => {
      const found = looks[Math.min(next++, looks.length - 1)];
      if (found instanceof Error) throw found;
      return found;
    },
  };
};
const never = new Promise<NodeJS.Signals>(() => {});
const following = (more: Partial<FollowOptions> = {}): FollowOptions => ({
  batchId: 'b',
  interrupted: never,
  show: () => undefined,
  ...more,
});
const unreachable = new LedgerUnreachable('the ledger cannot be reached');

describe('following a batch', () => {
  it('goes on until it has ended, and shows each look', async () => {
    const shown: BatchProgress[] = [];
    const options = following({ show: (one) => shown.push(one) });
    expect(await followBatch(finding(progress(), ended), options)).toEqual({ kind: 'ended', progress: ended });
    expect(shown).toEqual([progress(), ended]);
  });

  it('ends where only people can go on: the rest is in doubt and waits for somebody', async () => {
    const people = progress({ byStatus: { sent: 1, in_doubt: 2 }, byWait: { provider: 1, person: 1 } });
    expect(await followBatch(finding(people), following())).toMatchObject({ kind: 'people' });
  });

  it.each([
    [
      'something is still under way',
      { byStatus: { sent: 1, in_doubt: 1, pending: 1 }, byWait: { person: 1, provider: 1 } },
    ],
    ['the doubt may end by itself', { byStatus: { sent: 1, in_doubt: 2 }, byWait: { provider: 2 } }],
    ['an operator is waited for, who may mend it now', { byStatus: { sent: 1, created: 2 }, byWait: { operator: 2 } }],
  ])('goes on where %s', async (_why, more) => {
    expect(await followBatch(finding(progress(more), ended), following())).toMatchObject({ kind: 'ended' });
  });

  it('outlasts a ledger that is away for a moment', async () => {
    expect(await followBatch(finding(progress(), unreachable, ended), following())).toMatchObject({ kind: 'ended' });
  });

  it('does not wait for a ledger that was never there, nor for what is no outage', async () => {
    await expect(followBatch(finding(unreachable), following())).rejects.toBe(unreachable);
    await expect(followBatch(finding(progress(), new Error('a bug')), following())).rejects.toThrow('a bug');
  });

  it('gives up when the time is up, not before it has looked', async () => {
    expect(await followBatch(finding(progress()), following({ timeoutMs: 0 }))).toMatchObject({ kind: 'timeout' });
    expect(await followBatch(finding(ended), following({ timeoutMs: 0 }))).toMatchObject({ kind: 'ended' });
  });

  it('lets go at once when it is asked to, also in the middle of a look', async () => {
    const silent = { progress: () => new Promise<undefined>(() => {}) };
    const interrupted = Promise.resolve('SIGTERM' as const);
    expect(await followBatch(silent, following({ interrupted }))).toEqual({ kind: 'interrupted', signal: 'SIGTERM' });
  });
});

describe('what a batch ends with', () => {
  it.each([
    [0, 'all were sent', ended, 0],
    [1, 'one ended otherwise', { ...ended, byStatus: { sent: 2, error: 1 } }, 0],
    [1, 'one was refused', { ...ended, byStatus: { sent: 2 }, refused: 1 }, 0],
    [1, 'bad rows were skipped', ended, 1],
    [3, 'one is in doubt, whatever the others are', { ...progress(), byStatus: { sent: 1, error: 1, in_doubt: 1 } }, 1],
    [4, 'some have not ended', progress(), 0],
  ])('is %i where %s', (code, _why, what, skipped) => {
    expect(toExitCode(what, { skipped })).toBe(code);
  });
});
