import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/payout/status.js';
import { compare, type LedgerPayout, type OracleVerdict } from '../../src/sandbox/oracle.js';
import type { Payment } from '../../src/sandbox/provider.js';

const payout = (status: Status, amountMinor: number | null = 250, key = 'k'): LedgerPayout => ({
  reference: `ref-${status}`,
  provider: 'prolific',
  key,
  status,
  amountMinor,
});
const payment = (state: Payment['state'] = 'paid', amountMinor = 250, key = 'k'): Payment => ({
  provider: 'prolific',
  key,
  amountMinor,
  currency: 'GBP',
  state,
  at: '2026-01-01T00:00:00.000Z',
});
const verdicts = (payouts: readonly LedgerPayout[], journal: readonly Payment[]) =>
  compare(payouts, journal).rows.map((row) => row.verdict);

const NOT: OracleVerdict = 'paid_but_ledger_says_not';
const BUT: OracleVerdict = 'ledger_says_paid_but_not';

describe('one payout, with no or one payment in each state', () => {
  const table: Readonly<Record<Status, Readonly<Record<'none' | Payment['state'], OracleVerdict>>>> = {
    created: { none: 'agrees', due: 'agrees', paid: NOT, undone: 'agrees' },
    ready: { none: 'agrees', due: 'agrees', paid: NOT, undone: 'agrees' },
    pending: { none: 'agrees', due: 'agrees', paid: 'agrees', undone: 'agrees' },
    in_doubt: { none: 'agrees', due: 'agrees', paid: 'agrees', undone: 'agrees' },
    sent: { none: BUT, due: BUT, paid: 'agrees', undone: BUT },
    returned: { none: BUT, due: BUT, paid: NOT, undone: 'agrees' },
    error: { none: 'agrees', due: NOT, paid: NOT, undone: 'agrees' },
    canceled: { none: 'agrees', due: NOT, paid: NOT, undone: 'agrees' },
  };
  const rows = Object.entries(table).flatMap(([status, byState]) =>
    Object.entries(byState).map(([state, verdict]) => ({ status: status as Status, state, verdict })),
  );
  it.each(rows)('$status in the ledger, $state in the journal: $verdict', ({ status, state, verdict }) => {
    const journal = state === 'none' ? [] : [payment(state as Payment['state'])];
    expect(verdicts([payout(status)], journal)).toEqual([verdict]);
    // The amount may be unknown to the ledger.
    expect(verdicts([payout(status, null)], journal)).toEqual([verdict]);
  });

  it.each(Object.keys(table) as Status[])('%s, paid twice in the journal', (status) => {
    expect(verdicts([payout(status)], [payment(), payment()])).toEqual(['paid_twice']);
  });
});

describe('several payouts of one key', () => {
  it.each([
    [
      'each its own amount',
      [payout('sent', 100), payout('sent', 200)],
      [payment('paid', 200), payment('paid', 100)],
      ['agrees', 'agrees'],
    ],
    ['one amount, both paid', [payout('sent'), payout('sent')], [payment(), payment()], ['agrees', 'agrees']],
    ['one amount, paid once of two', [payout('sent'), payout('sent')], [payment()], ['agrees', BUT]],
    [
      'one amount, paid thrice of two',
      [payout('sent'), payout('sent')],
      [payment(), payment(), payment()],
      ['paid_twice', 'agrees'],
    ],
    [
      'the certain one takes the payment before the doubtful one',
      [payout('in_doubt'), payout('sent')],
      [payment()],
      ['agrees', 'agrees'],
    ],
    [
      'the doubtful one takes it before the one in error',
      [payout('error'), payout('in_doubt')],
      [payment()],
      ['agrees', 'agrees'],
    ],
    ['both paid, one in error', [payout('error'), payout('in_doubt')], [payment(), payment()], [NOT, 'agrees']],
    [
      'a known amount comes before an unknown one',
      [payout('sent', null), payout('sent', 200)],
      [payment('paid', 200), payment('paid', 100)],
      ['agrees', 'agrees'],
    ],
    [
      'returned takes what came back',
      [payout('sent'), payout('returned')],
      [payment('undone'), payment('paid')],
      ['agrees', 'agrees'],
    ],
    ['another amount than the ledger says', [payout('sent', 100)], [payment('paid', 300)], [BUT, 'journal_only']],
    ['another key', [payout('sent', 100, 'a')], [payment('paid', 100, 'b')], [BUT, 'journal_only']],
  ] as const)('%s', (_name, payouts, journal, expected) => {
    expect(verdicts(payouts, journal)).toEqual(expected);
  });
});

describe('the report', () => {
  it('agrees on nothing at all', () => {
    expect(compare([], [])).toMatchObject({ agrees: true, rows: [] });
  });
  it('counts every verdict and names the payout', () => {
    const report = compare(
      [payout('sent'), payout('error', 100)],
      [payment(), payment(), payment('paid', 100), payment('due', 9, 'x')],
    );
    expect(report).toMatchObject({
      agrees: false,
      counts: { agrees: 0, paid_twice: 1, paid_but_ledger_says_not: 1, ledger_says_paid_but_not: 0, journal_only: 1 },
    });
    expect(report.rows[0]).toMatchObject({ verdict: 'paid_twice', reference: 'ref-sent', payments: ['paid', 'paid'] });
    expect(report.rows[2]).not.toHaveProperty('reference');
  });
  it('keeps providers apart', () => {
    expect(verdicts([payout('sent')], [{ ...payment(), provider: 'manifest' }])).toEqual([BUT, 'journal_only']);
  });
});
