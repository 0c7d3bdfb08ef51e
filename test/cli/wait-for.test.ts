import { describe, expect, it } from 'vitest';
import { NotInLedger } from '../../src/cli/not-in-ledger.js';
import { waitFor } from '../../src/cli/wait-for.js';
import { isRefusal } from '../../src/cli/waited.js';
import { LedgerUnreachable, NotFound } from '../../src/payout/errors.js';
import type { Show } from '../../src/payout/show.js';
import type { Status } from '../../src/payout/status.js';
import { toUnclaimed } from '../../src/payout/unclaimed.js';

const show = (reference: string, status: Status): Show => ({
  ...toUnclaimed({ reference, provider: 'manifest' }),
  status,
});

/** Answers of the ledger, one for each time that it is asked; the last one for ever. */
function ledger(answers: Readonly<Record<string, readonly (Status | Error)[]>>) {
  const asked: string[] = [];
  const read = async (reference: string): Promise<Show> => {
    const times = asked.filter((one) => one === reference).length;
    asked.push(reference);
    const all = answers[reference] ?? [];
    const answer = all[Math.min(times, all.length - 1)];
    if (answer instanceof Error || answer === undefined) throw answer ?? new NotFound(reference);
    return show(reference, answer);
  };
  return { asked, read };
}

describe('waiting', () => {
  it('asks until the last one has ended, and no longer for those that have', async () => {
    const { asked, read } = ledger({ a: ['sent'], b: ['created', 'pending', 'sent'] });
    expect(await waitFor(read, ['a', 'b'])).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
    expect(asked).toEqual(['a', 'b', 'b', 'b']);
  });

  it('gives up when the time is over, and says where each one stands', async () => {
    const { read } = ledger({ a: ['pending'] });
    expect(await waitFor(read, ['a'], 250)).toMatchObject([{ reference: 'a', status: 'pending' }]);
  });

  it('looks once with a time of zero', async () => {
    const { asked, read } = ledger({ a: ['pending'] });
    await waitFor(read, ['a'], 0);
    expect(asked).toEqual(['a']);
  });

  it('reports an unknown reference and goes on with the others', async () => {
    const { read } = ledger({ b: ['pending', 'sent'] });
    const waited = await waitFor(read, ['a', 'b']);
    expect(waited.filter(isRefusal)).toMatchObject([{ reference: 'a', error: { code: 'NotFound', exit: 1 } }]);
    expect(waited).toMatchObject([{ reference: 'a' }, { reference: 'b', status: 'sent' }]);
  });

  it('gives a payout that was just started a moment to appear in the ledger', async () => {
    const { read } = ledger({ a: [new NotInLedger('a'), new NotInLedger('a'), 'sent'] });
    expect(await waitFor(read, ['a'])).toMatchObject([{ status: 'sent' }]);
  });

  it('outlasts a ledger that goes away for a moment, but not one that was never there', async () => {
    const gone = new LedgerUnreachable('restarting');
    expect(await waitFor(ledger({ a: ['pending', gone, 'sent'] }).read, ['a'])).toMatchObject([{ status: 'sent' }]);
    await expect(waitFor(ledger({ a: [gone, 'sent'] }).read, ['a'])).rejects.toThrow('restarting');
  });

  it('ends at once on an error that is about no single payout', async () => {
    await expect(waitFor(ledger({ a: [new TypeError('a bug')] }).read, ['a'])).rejects.toThrow('a bug');
  });
});
