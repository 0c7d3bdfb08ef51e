import { describe, expect, it } from 'vitest';
import type { Next } from '../../src/payout/decide.js';
import type { Show } from '../../src/payout/show.js';
import { STATUSES, WAITS } from '../../src/payout/status.js';
import { currentDetails, refusedDetails } from '../../workflows/current-details.js';
import { carriedOnDetails, staticDetailsOf } from '../../workflows/static-details.js';

const AT = '2026-12-24T09:00:00.000Z';
const show = (given: Partial<Show & { next: Next }> = {}): Show & { next: Next } => ({
  reference: 'study-42/p-007',
  provider: 'manifest',
  account: 'default',
  status: 'ready',
  waitingFor: 'date',
  evidence: 'Manifest shows pay_1 as ready',
  providerReference: 'pay_1',
  amountMinor: 1500,
  currency: 'USD',
  scheduledAt: AT,
  cancelableUntil: AT,
  exchanges: [{ at: AT, outcome: 'accepted' }],
  history: [{ at: AT, status: 'ready', evidence: 'Manifest shows pay_1 as ready' }],
  next: { do: 'wait', untilMs: Date.parse(AT), afterwards: 'look_up' },
  ...given,
});

describe('the current details of a payout', () => {
  it('say all that a person needs: status, amount, id, what it waits for, until when it can be canceled, the evidence', () => {
    const text = currentDetails(show());
    for (const line of [
      '**ready**. Set up, not paid yet; it can still be canceled.',
      '| amount | 15.00 USD |',
      "| provider's id | `pay_1` |",
      '| evidence | Manifest shows pay\\_1 as ready |',
      '| waits for | its date |',
      "| next step | 2026-12-24 09:00:00 UTC: reads the provider's records |",
      '| can be canceled until | 2026-12-24 09:00:00 UTC |',
      '| requests to pay | 2026-12-24 09:00:00 UTC: accepted |',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it.each(STATUSES.flatMap((status) => WAITS.map((waitingFor) => ({ status, waitingFor }))))(
    'can be read for $status that waits for $waitingFor, and say what can be done',
    (given) => {
      const text = currentDetails(show(given));
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
      expect(text).toMatch(/\*\*What a person can do\*\*\n\n- \S/);
    },
  );

  it('offer a cancel while nothing is paid, a resume to the operator, a resolve to the person, and none of these after the end', () => {
    const offers = (given: Partial<Show>): readonly string[] =>
      ['cancel', 'reschedule', 'resume', 'resolve'].filter((name) =>
        currentDetails(show(given)).includes(`\`${name}\``),
      );
    expect(offers({ status: 'ready', waitingFor: 'date' })).toEqual(['cancel', 'reschedule']);
    expect(offers({ status: 'created', waitingFor: 'operator' })).toEqual(['cancel', 'reschedule', 'resume']);
    expect(offers({ status: 'in_doubt', waitingFor: 'person' })).toEqual(['cancel', 'resolve']);
    expect(offers({ status: 'pending', waitingFor: 'provider' })).toEqual([]);
    for (const status of ['sent', 'error', 'returned', 'canceled'] as const)
      expect(offers({ status, waitingFor: 'nothing' })).toEqual([]);
  });

  it('show what a provider or a person wrote as plain text: no table breaks, and no link or picture appears', () => {
    const evil = 'a | b\n\n# head <img src=x> [pay](https://evil.example) `c` ![p](q) *b*';
    const text = currentDetails(show({ evidence: evil, providerReference: 'x`|\ny', history: [] }), [
      { name: 'cancel', answer: evil },
    ]);
    const rows = text.split('\n').filter((line) => /^\| (evidence|signal `cancel`|provider's id)/.test(line));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.replace(/\\./g, '').match(/\|/g)).toHaveLength(3);
    expect(text.replace(/\\./g, '')).not.toMatch(/<img|\]\(|!\[/);
  });

  it('are of a bounded length, whatever happened', () => {
    const history = Array.from({ length: 500 }, () => ({
      at: AT,
      status: 'in_doubt' as const,
      evidence: 'e'.repeat(300),
    }));
    const exchanges = Array.from({ length: 500 }, () => ({ at: AT, outcome: 'ambiguous' as const }));
    const signals = ['cancel', 'reschedule', 'resume'].map((name) => ({ name, answer: 'a'.repeat(300) }));
    const text = currentDetails(show({ history, exchanges, evidence: 'e'.repeat(5_000) }), signals);
    expect(text).toContain('| requests to pay | 500, the last of them 2026-12-24 09:00:00 UTC: ambiguous; ');
    // In the address by which the UI renders it.
    expect(encodeURIComponent(text).length).toBeLessThan(8_000);
  });

  it('say of one that no step has answered yet that it waits for a worker, and of a refused start that it paid nothing', () => {
    const { next: _next, ...unclaimed } = show();
    expect(currentDetails(unclaimed)).toContain('| waits for | a worker with the credentials of this account;');
    expect(refusedDetails('amountMinor: has to be greater than 0')).toContain(
      'This start claimed nothing and paid nothing',
    );
  });
});

describe('the static summary and details', () => {
  it('name amount, provider, account and date, and say that Terminate stops nothing', () => {
    const about = { reference: 'study-42/p-007', provider: 'manifest', account: 'us', amountMinor: 5, currency: 'USD' };
    const { staticSummary, staticDetails, memo } = staticDetailsOf({ ...about, scheduledAt: AT });
    expect(staticSummary).toBe('0.05 USD through manifest, account us');
    expect(staticDetails).toContain('at 2026-12-24 09:00:00 UTC');
    expect(memo).toEqual({ provider: 'manifest', account: 'us', amount: '0.05 USD', scheduledAt: AT });
    for (const text of [staticDetails, carriedOnDetails('a').staticDetails])
      expect(text).toContain('_Terminate_ does **not** stop a payment');
  });
});
