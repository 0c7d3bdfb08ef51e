import { describe, expect, it } from 'vitest';
import { currencyOf, requestedMinor, toShow } from '../../src/payout/show.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import { ACCEPTED, AMBIGUOUS, at, call, facts, isoAt, late, reschedule, UNSENT } from './build.js';

const respondent = (more: object = {}): PayoutRequest => ({
  reference: 'study-44/p-002',
  provider: 'respondent',
  account: 'default',
  projectId: 'project',
  screenerResponseId: 'response',
  payoutCount: 2,
  tipMinor: 250,
  ...more,
});

describe('a payout as people see it', () => {
  it('shows what was asked for while nothing else is known', () => {
    expect(toShow(facts({ now: 0 }))).toEqual({
      reference: 'study-42/p-007',
      provider: 'manifest',
      account: 'default',
      status: 'created',
      waitingFor: 'nothing',
      evidence: 'accepted and claimed',
      providerReference: null,
      amountMinor: 1500,
      currency: 'USD',
      scheduledAt: null,
      cancelableUntil: null,
      exchanges: [],
      history: [{ at: isoAt(0), status: 'created', evidence: 'accepted and claimed' }],
    });
  });

  it('shows what was really paid', () => {
    expect(toShow(facts({ now: 9, status: 'sent', amountMinor: 1600, providerReference: 'pay_A' }))).toMatchObject({
      status: 'sent',
      amountMinor: 1600,
      providerReference: 'pay_A',
    });
  });

  it('shows every request and its newest outcome', () => {
    const calls = [call(0, UNSENT), call(50, AMBIGUOUS, late(99, ACCEPTED)), call(110)];
    expect(toShow(facts({ now: 120, calls })).exchanges).toEqual([
      { at: isoAt(0), outcome: 'unsent' },
      { at: isoAt(50), outcome: 'accepted' },
      { at: isoAt(110), outcome: 'open' },
    ]);
  });

  it.each([
    ['the date that was asked for', {}, isoAt(100)],
    ['the date that it was moved to', { decisions: [reschedule(5, 200), reschedule(6, 300)] }, isoAt(300)],
  ])('shows %s, until when it can be canceled', (_what, more, date) => {
    const given = facts({ now: 9, status: 'ready', request: { scheduledAt: isoAt(100) }, ...more });
    expect(toShow(given)).toMatchObject({ scheduledAt: date, cancelableUntil: date });
  });

  it("shows the provider's own date before ours", () => {
    const given = facts({ now: 9, status: 'ready', request: { scheduledAt: isoAt(100) } });
    const state = { ...given.state, providerDateMs: at(150) };
    expect(toShow(given, state)).toMatchObject({ scheduledAt: isoAt(100), cancelableUntil: isoAt(150) });
  });

  it('shows no last moment for what cannot be canceled', () => {
    const given = facts({ now: 9, status: 'pending', request: { scheduledAt: isoAt(100) } });
    expect(toShow(given).cancelableUntil).toBeNull();
  });

  it('shows the status row that has just been written, and no row twice', () => {
    const given = facts({ now: 9 });
    const state = { ...given.state, version: 2, status: 'sent', evidence: 'its records show it' } as const;
    expect(toShow(given, state).history).toEqual([
      { at: isoAt(0), status: 'created', evidence: 'accepted and claimed' },
      { at: isoAt(9), status: 'sent', evidence: 'its records show it' },
    ]);
    expect(toShow(given, { ...state, version: 1 }).history).toHaveLength(1);
  });

  it('is plain data, as it has to cross Temporal', () => {
    const shown = toShow(facts({ now: 9, calls: [call(0, AMBIGUOUS)] }));
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });
});

describe('the amount and the currency', () => {
  it.each([
    ['are those of the request', facts({ now: 0 }).claim.request, 1500, 'USD'],
    ['are set by the provider', respondent(), null, 'USD'],
    ['are what the provider is expected to set', respondent({ expectedIncentiveMinor: 5_000 }), 5_250, 'USD'],
  ] as const)('%s', (_what, request, amountMinor, currency) => {
    expect([requestedMinor(request), currencyOf(request)]).toEqual([amountMinor, currency]);
  });
});
