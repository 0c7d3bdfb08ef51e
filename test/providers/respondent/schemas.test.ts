import { describe, expect, it } from 'vitest';
import { projectSchema, respondentRequestSchema } from '../../../src/providers/respondent/schemas.js';

const REQUEST = {
  reference: 'study-44/p-002',
  provider: 'respondent',
  projectId: '5f0c8a',
  screenerResponseId: '6a1d9b',
  payoutCount: 2,
};

const problemsOf = (changes: Readonly<Record<string, unknown>>): string[] => {
  const parsed = respondentRequestSchema.safeParse({ ...REQUEST, ...changes });
  return (parsed.error?.issues ?? []).map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
};

describe('a request', () => {
  it('gets its defaults', () => {
    expect(respondentRequestSchema.parse(REQUEST)).toEqual({ ...REQUEST, account: 'default', tipMinor: 0 });
  });

  it('takes everything that a payout through Respondent may say', () => {
    const whole = {
      ...REQUEST,
      account: 'us',
      scheduledAt: '2026-12-24T10:00:00+01:00',
      metadata: { wave: 3 },
      tipMinor: 250,
      expectedIncentiveMinor: 5000,
    };
    expect(respondentRequestSchema.parse(whole)).toEqual({ ...whole, scheduledAt: '2026-12-24T09:00:00.000Z' });
  });

  it.each([1, 5])('may be for payment %i', (payoutCount) => {
    expect(problemsOf({ payoutCount })).toEqual([]);
  });

  it.each([
    ['reference', undefined],
    ['reference', ''],
    ['reference', 'a b'],
    ['reference', 'a'.repeat(201)],
    ['reference', 7],
    ['provider', 'Respondent'],
    ['account', 'US'],
    ['account', ''],
    ['scheduledAt', '2026-12-24'],
    ['scheduledAt', '2026-12-24T09:00:00'],
    ['scheduledAt', '2026-02-30T09:00:00Z'],
    ['scheduledAt', 'soon'],
    ['metadata', 'text'],
    ['metadata', []],
    ['projectId', undefined],
    ['projectId', ''],
    ['projectId', '..'],
    ['projectId', '.'],
    ['projectId', 'a b'],
    ['projectId', 'ä'],
    ['projectId', 42],
    ['screenerResponseId', undefined],
    ['screenerResponseId', 'a\n'],
    ['screenerResponseId', '..'],
    // The provider's own schema lets all of these numbers through.
    ['payoutCount', undefined],
    ['payoutCount', 0],
    ['payoutCount', 6],
    ['payoutCount', 99],
    ['payoutCount', 1.5],
    ['payoutCount', '2'],
    ['payoutCount', null],
    ['tipMinor', -1],
    ['tipMinor', 0.5],
    ['tipMinor', Number.MAX_SAFE_INTEGER + 1],
    ['tipMinor', '0'],
    ['tipMinor', null],
    ['expectedIncentiveMinor', 0],
    ['expectedIncentiveMinor', -5000],
    ['expectedIncentiveMinor', 49.99],
    ['expectedIncentiveMinor', '5000'],
  ])('is refused, naming the field and the mend: %s %j', (field, value) => {
    const problems = problemsOf({ [field]: value });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) {
      expect(problem).toMatch(new RegExp(`^${field}: (has to|is|may|does|has) `));
      // zod's own words name no mend.
      expect(problem).not.toMatch(/Invalid|expected |received|Too /);
    }
  });

  it.each([
    ['amountMinor', /^amountMinor: Respondent pays the project's incentive .* use expectedIncentiveMinor/],
    ['currency', /^currency: /],
    ['tip', /^tip: is no field of a respondent payout; remove it, or use one of .*tipMinor/],
    ['PayoutCount', /^PayoutCount: /],
  ])('is refused with the unknown field %s', (field, message) => {
    expect(problemsOf({ [field]: 1 })).toEqual([expect.stringMatching(message)]);
  });

  it('is refused with every problem at once', () => {
    expect(problemsOf({ payoutCount: 9, tipMinor: -1, extra: true })).toHaveLength(3);
  });

  it.each([null, 'text', [], 7])('is no %j', (input) => {
    expect(respondentRequestSchema.safeParse(input).success).toBe(false);
  });
});

describe('a project, as leniently as it can be read', () => {
  it.each([
    [{ incentiveAmount: 50 }, 5000],
    [{ incentiveAmount: 19.1 }, 1910],
    [{ incentiveAmount: 1.15 }, 115],
    [{ incentiveAmount: 1000 }, 100_000],
    [{ incentiveAmount: 50.001 }, undefined],
    [{ incentiveAmount: -50 }, undefined],
    [{ incentiveAmount: '50' }, undefined],
    [{ incentiveAmount: 1e21 }, undefined],
    [{}, undefined],
    [null, undefined],
    ['project', undefined],
  ])('%j pays %j cents', (json, incentiveMinor) => {
    expect(projectSchema.parse(json).incentiveMinor).toBe(incentiveMinor);
  });

  it.each([
    [{ automations: { autopay: true } }, true],
    [{ automations: { autoPay: true } }, true],
    [{ autopay: true }, true],
    [{ automations: { autopay: false }, autopay: true }, true],
    [{ automations: { autopay: false } }, false],
    [{ automations: { autopay: 'yes' } }, false],
    [{ automations: null }, false],
    [{}, false],
    [[], false],
  ])('%j has autopay: %j', (json, autopay) => {
    expect(projectSchema.parse(json).autopay).toBe(autopay);
  });
});
