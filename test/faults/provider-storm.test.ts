import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYING_ROUTES, PROVIDER_NAMES } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { aboutOf, aloneRequest } from './support/about.js';
import { HASTY } from './support/times.js';

/** The other way to ask each provider: reads and, for Prolific, the set-up. */
const READS: Readonly<Record<'prolific' | 'respondent', string>> = {
  prolific: 'GET /submissions/:id/',
  respondent: 'GET /v1/projects/:projectId/screener-responses/payouts',
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({
    env: { ...HASTY, PAYOUTS_SEND_BY_MS: '500', PAYOUTS_HTTP_TIMEOUT_MS: '500', PAYOUTS_SETTLE_MS: '200' },
  });
});
afterAll(() => stack?.stop());

describe('a storm of 429 "too many requests"', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'on the paying call of %s ends with one payment, and no try is in a hurry',
    async (provider) => {
      const request = aloneRequest(provider);
      stack.sandbox.faults.add({
        provider,
        route: PAYING_ROUTES[provider],
        about: aboutOf(request),
        kind: 'rate_limited',
        times: 2,
      });
      const ended = await stack.pay(request);
      expect(ended).toMatchObject({ status: 'sent' });
      // A busy worker may find `send_by` passed; such an exchange asks nobody.
      const asked = ended.exchanges.filter(({ outcome }) => outcome !== 'unsent');
      expect(asked).toMatchObject([{}, {}, { outcome: 'accepted' }]);
      const times = asked.map(({ at }) => Date.parse(at));
      const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      // Where nothing guards a repeat, each one waits until the records would show the one before: 500 + 500 + 200 ms.
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(provider === 'manifest' ? 190 : 1_200);
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(['prolific', 'respondent'] as const)(
    'on the reads of %s delays the payout, and it is paid once',
    async (provider) => {
      const request = aloneRequest(provider);
      stack.sandbox.faults.add({
        provider,
        route: READS[provider],
        about: aboutOf(request),
        kind: 'rate_limited',
        times: 2,
      });
      const ended = await stack.pay(request);
      expect(ended).toMatchObject({ status: 'sent' });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent(
    'on the set-up of a bonus pays nothing and ends nothing: it is set up again, and paid once',
    async () => {
      const request = aloneRequest('prolific');
      const route = 'POST /submissions/bonus-payments/';
      stack.sandbox.faults.add({
        provider: 'prolific',
        route,
        about: aboutOf(request),
        kind: 'rate_limited',
        times: 2,
      });
      expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );
});
