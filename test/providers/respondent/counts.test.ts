import { describe, expect, it } from 'vitest';
import { countPayments, listPayments } from '../../../src/providers/respondent/counts.js';

const paid = (createdAt: string, tip = 0) => ({ incentive: 5000, tip, totalIncentive: 5000 + tip, createdAt });
const FIRST = paid('2026-01-01T00:00:00Z', 1);
const SECOND = paid('2026-01-02T00:00:00.000Z', 2);
const row = (screenerResponseId: unknown, numberOfPayouts: unknown, payouts: unknown = []) => ({
  userId: 'u',
  profileId: 'p',
  screenerResponseId,
  numberOfPayouts,
  payouts,
});
const OURS = row('ours', 2, [SECOND, FIRST]);

describe('countPayments', () => {
  it.each([
    ['nobody paid', [], { kind: 'counted', count: 0, payments: [], isWhole: true }],
    ['only others paid', [row('other', 1)], { kind: 'counted', count: 0, isWhole: true }],
    ['ours', [row('other', 1), OURS], { kind: 'counted', count: 2, isWhole: true }],
    ['a bad row of another beside ours', [row('other', 'many'), OURS], { kind: 'counted', count: 2, isWhole: false }],
    ['rubbish beside ours', [null, 7, 'x', {}, OURS], { kind: 'counted', count: 2, isWhole: false }],
    ['a bad row of another, none of ours', [row('other', -1)], { kind: 'counted', count: 0, isWhole: false }],
    ['ours twice, alike', [OURS, OURS], { kind: 'counted', count: 2 }],
    [
      'ours without its payments',
      [{ screenerResponseId: 'ours', numberOfPayouts: 2 }],
      { kind: 'counted', count: 2, isWhole: true },
    ],
    ['more counted than listed', [row('ours', 2, [FIRST])], { kind: 'counted', count: 2 }],

    ['a row that may be ours', [row(undefined, 1)], { kind: 'unreadable' }],
    ['rubbish that may be ours', [null], { kind: 'unreadable' }],
    ['ours without a number', [row('ours', undefined)], { kind: 'unreadable' }],
    ['ours with half a payment', [row('ours', 1.5)], { kind: 'unreadable' }],
    ['ours with a number in words', [row('ours', '2')], { kind: 'unreadable' }],
    ['ours twice, different', [row('ours', 1), OURS], { kind: 'unreadable' }],
    ['more listed than counted', [row('ours', 1, [FIRST, SECOND])], { kind: 'unreadable' }],
    ['a page instead of a list', { page: 1, results: [] }, { kind: 'unreadable' }],
    ['nothing', null, { kind: 'unreadable' }],
  ])('%s', (_name, list, counts) => {
    expect(countPayments(list, 'ours')).toMatchObject(counts);
  });

  it('puts the payments in the order in which they were made', () => {
    expect(countPayments([OURS], 'ours')).toMatchObject({ payments: [{ tipMinor: 1 }, { tipMinor: 2 }] });
  });

  it.each([
    ['fewer listed than counted', [FIRST]],
    ['a date that is none', [FIRST, { ...SECOND, createdAt: '2026-14-12T00:00:00Z' }]],
    // Respondent's own example: dollars where cents are promised, and a total that does not add up.
    ['a total that does not add up', [FIRST, { ...SECOND, incentive: 50, tip: 0, totalIncentive: 0 }]],
    ['no list', 'none'],
  ])('tells no order and no amounts from %s, but still the count', (_name, payouts) => {
    const counts = countPayments([row('ours', 2, payouts)], 'ours');
    expect(counts).toMatchObject({ kind: 'counted', count: 2 });
    expect(counts).not.toHaveProperty('payments');
  });
});

describe('listPayments', () => {
  it('lists what can be read of the whole project', () => {
    expect(listPayments([OURS, null, row('other', 1, [FIRST, { ...FIRST, totalIncentive: 0 }])])).toHaveLength(3);
    expect(listPayments({})).toEqual([]);
  });
});
