import { describe, expect, it } from 'vitest';
import { formatAmount } from '../../src/cli/format-amount.js';
import { formatShow } from '../../src/cli/format-show.js';
import { formatTable } from '../../src/cli/format-table.js';
import { describeWaiting } from '../../src/cli/tell-waiting.js';
import type { Show } from '../../src/payout/show.js';

const show: Show = {
  reference: 'study/1',
  provider: 'prolific',
  account: 'us',
  status: 'in_doubt',
  waitingFor: 'person',
  evidence: 'money may have moved',
  providerReference: null,
  amountMinor: 250,
  currency: 'GBP',
  scheduledAt: null,
  cancelableUntil: null,
  exchanges: [{ at: '2026-12-24T09:00:00.000Z', outcome: 'ambiguous' }],
  history: [{ at: '2026-12-24T09:00:00.000Z', status: 'created', evidence: 'accepted and claimed' }],
};

describe('an amount', () => {
  it.each([
    [1500, 'USD', '15.00 USD'],
    [5, 'USD', '0.05 USD'],
    [0, 'GBP', '0.00 GBP'],
    [1500, 'JPY', '1500 JPY'],
    [1500, 'KWD', '1.500 KWD'],
    [-1505, 'USD', '-15.05 USD'],
    [9007199254740991, 'USD', '90071992547409.91 USD'],
    [1500, 'not one', '1500 minor units not one'],
    [null, 'USD', 'set by the provider (USD)'],
  ])('of %s %s reads %s', (minor, currency, expected) => {
    expect(formatAmount(minor, currency)).toBe(expected);
  });
});

describe('a payout for people', () => {
  it('says what is known, from where, and what it waits for', () => {
    expect(formatShow(show)).toBe(
      [
        'reference         study/1',
        'status            in_doubt',
        'waits for         person',
        'evidence          money may have moved',
        'amount            2.50 GBP',
        'provider          prolific, account us',
        'requests to the provider:',
        '  2026-12-24T09:00:00.000Z  ambiguous',
        'history:',
        '  2026-12-24T09:00:00.000Z  created   accepted and claimed',
      ].join('\n'),
    );
  });
});

describe('a table', () => {
  it('has columns that can be cut and no trailing spaces', () => {
    expect(
      formatTable(
        ['a', 'b'],
        [
          ['long', ''],
          ['x', 'y'],
        ],
      ),
    ).toBe('A     B\nlong\nx     y');
  });
});

describe('the line of one who waits', () => {
  it('counts who has ended and names the first of the others', () => {
    const pending = { ...show, status: 'pending', waitingFor: 'provider' } as const;
    const all = [{ ...show, status: 'sent' } as const, show, pending, pending, pending];
    expect(describeWaiting(all, 6)).toBe(
      'waiting: 1 of 6 ended; study/1 is in_doubt, waits for person; study/1 is pending, waits for provider; ' +
        'study/1 is pending, waits for provider; 1 more',
    );
  });
});
