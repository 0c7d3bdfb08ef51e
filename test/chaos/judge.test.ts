import { describe, expect, it } from 'vitest';
import type { Status } from '../../src/payout/status.js';
import { compare } from '../../src/sandbox/oracle.js';
import type { Payment } from '../../src/sandbox/provider.js';
import { judge, type Evidence } from './judge.js';
import type { PayoutState } from './read-state.js';
import { exitCodeOf, toStand, toVerdict, type ChaosReport } from './report.js';

const state = (reference: string, status: Status, other: Partial<PayoutState> = {}): PayoutState => ({
  reference,
  provider: 'prolific',
  status,
  waitingFor: 'nothing',
  evidence: 'because',
  subject: reference,
  exchanges: 1,
  tookMs: 1_000,
  ...other,
});
const payment = (reference: string, state: Payment['state'] = 'paid'): Payment => ({
  provider: 'prolific',
  key: reference,
  amountMinor: 250,
  currency: 'GBP',
  state,
  at: '2026-01-01T00:00:00.000Z',
});

/** What a run of chaos would find of this ledger and this journal. */
function find(states: readonly PayoutState[], journal: readonly Payment[], other: Partial<Evidence> = {}) {
  const payouts = states.map(({ reference, provider, status }) => ({
    reference,
    provider,
    key: reference,
    status,
    amountMinor: 250,
  }));
  const oracle = compare(payouts, journal);
  const findings = judge({
    states,
    oracle,
    overruled: [],
    acknowledged: new Set(states.map(({ reference }) => reference)),
    toldCanceled: new Set(),
    conflictsAccepted: [],
    hasHadItsTime: true,
    ...other,
  });
  const verdict = toVerdict([toStand(states, oracle, findings, true)], false);
  return {
    twice: findings.paidTwice.map(({ reference }) => reference),
    lost: findings.lost.map(({ reference }) => reference),
    falsely: findings.falseEndings.map(({ reference }) => reference),
    exit: exitCodeOf({ verdict } as ChaosReport),
  };
}

const CLEAN = { twice: [], lost: [], falsely: [], exit: 0 };

describe('the judgement of a run of chaos', () => {
  it('finds nothing where every ending agrees with the journal and every doubt is said', () => {
    const states = [
      state('a', 'sent'),
      state('b', 'error'),
      state('c', 'canceled'),
      state('d', 'in_doubt', { waitingFor: 'person' }),
    ];
    expect(find(states, [payment('a'), payment('d')])).toEqual(CLEAN);
    expect(find(states, [payment('a')])).toEqual(CLEAN);
  });

  it('counts a payment that was made twice, also in doubt', () => {
    const twice = [payment('a'), payment('a')];
    expect(find([state('a', 'sent')], twice)).toEqual({ ...CLEAN, twice: ['a'], exit: 1 });
    expect(find([state('a', 'in_doubt', { waitingFor: 'person' })], twice)).toMatchObject({ twice: ['a'], exit: 1 });
  });

  it('counts a payment that nobody asked for as one too many', () => {
    expect(find([state('a', 'sent')], [payment('a'), payment('a#2')])).toEqual({ ...CLEAN, twice: ['a#2'], exit: 1 });
  });

  it('counts a start with other content that was not refused', () => {
    const accepted = { conflictsAccepted: ['a'] };
    expect(find([state('a', 'sent')], [payment('a')], accepted)).toEqual({ ...CLEAN, twice: ['a'], exit: 1 });
  });

  it('counts a start that was acknowledged and that the ledger does not know', () => {
    const acknowledged = new Set(['a', 'b']);
    expect(find([state('a', 'sent')], [payment('a')], { acknowledged })).toEqual({ ...CLEAN, lost: ['b'], exit: 1 });
  });

  it('counts what neither ended nor is in doubt when everything had its time', () => {
    const stuck = [state('a', 'created', { waitingFor: 'provider' })];
    expect(find(stuck, [])).toEqual({ ...CLEAN, lost: ['a'], exit: 1 });
    expect(find(stuck, [], { hasHadItsTime: false })).toEqual(CLEAN);
    expect(find([state('a', 'in_doubt', { waitingFor: 'provider' })], [])).toMatchObject({ lost: ['a'], exit: 1 });
  });

  it('does not count what waits in the lane behind a doubt about the same person, and counts what waits behind none', () => {
    const behind = state('b', 'created', { waitingFor: 'lane', subject: 'ada' });
    expect(find([state('a', 'in_doubt', { waitingFor: 'person', subject: 'ada' }), behind], [])).toEqual(CLEAN);
    expect(find([state('a', 'in_doubt', { waitingFor: 'person', subject: 'bob' }), behind], [])).toMatchObject({
      lost: ['b'],
      exit: 1,
    });
  });

  it.each(['error', 'canceled'] as const)('counts one that is called %s and was paid', (status) => {
    expect(find([state('a', status)], [payment('a')])).toEqual({ ...CLEAN, falsely: ['a'], exit: 1 });
  });

  it('counts one that is called sent and was not paid', () => {
    expect(find([state('a', 'sent')], [])).toEqual({ ...CLEAN, falsely: ['a'], exit: 1 });
    expect(find([state('a', 'sent')], [payment('a', 'undone')])).toEqual({ ...CLEAN, falsely: ['a'], exit: 1 });
  });

  it('counts an ending that was taken back, although it is true by now', () => {
    const overruled = [{ reference: 'a', from: 'canceled', to: 'sent' }] as const;
    expect(find([state('a', 'sent')], [payment('a')], { overruled })).toEqual({ ...CLEAN, falsely: ['a'], exit: 1 });
  });

  it('counts a cancel that somebody was told of, and that did not happen', () => {
    const toldCanceled = new Set(['a']);
    expect(find([state('a', 'sent')], [payment('a')], { toldCanceled })).toEqual({ ...CLEAN, falsely: ['a'], exit: 1 });
  });

  it('is no clean end where the run was stopped by hand', () => {
    expect(exitCodeOf({ verdict: toVerdict([], true) } as ChaosReport)).toBe(130);
  });
});
