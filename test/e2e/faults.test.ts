import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/sandbox/fault-spec.js';
import { PAYING_ROUTES, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';

type Fault = Pick<FaultInput, 'kind' | 'afterEffect' | 'status' | 'delayMs'>;
interface Case {
  readonly when: string;
  readonly fault: Fault;
  /** How the first request on the payout is written down. */
  readonly first: Readonly<Record<ProviderName, 'ambiguous' | 'rejected' | 'accepted'>>;
}

const everywhere = <T>(value: T): Record<ProviderName, T> => ({ manifest: value, prolific: value, respondent: value });
const ambiguous = everywhere('ambiguous' as const);

/** The provider paid; its reply did not reach us, or not as it should. */
const PAID: readonly Case[] = [
  { when: 'the reply is lost', fault: { kind: 'reply_lost' }, first: ambiguous },
  { when: 'it answers 500 after all', fault: { kind: 'error_after' }, first: ambiguous },
  { when: 'it never answers', fault: { kind: 'never_answers', afterEffect: true }, first: ambiguous },
  {
    when: 'its answer drips in for too long',
    fault: { kind: 'slow', afterEffect: true, delayMs: 3_000 },
    first: ambiguous,
  },
  { when: 'nobody can read its answer', fault: { kind: 'garbage_body' }, first: everywhere('accepted') },
  {
    when: 'it answers 429 "too many requests" after all',
    fault: { kind: 'rate_limited', afterEffect: true },
    // Manifest's documents do not name 429, so it is no refusal there.
    first: { manifest: 'ambiguous', prolific: 'rejected', respondent: 'rejected' },
  },
];

/** The provider did not pay, and we cannot know that. */
const NOT_PAID: readonly Case[] = [
  { when: 'the connection breaks', fault: { kind: 'no_connection' }, first: ambiguous },
  { when: 'it answers 500', fault: { kind: 'error_before' }, first: ambiguous },
  { when: 'it never answers', fault: { kind: 'never_answers' }, first: ambiguous },
];

let stack: TestStack;
beforeAll(async () => {
  // Half of these wait until the records have settled.
  stack = await startPayouts({ env: { PAYOUTS_SETTLE_MS: '800' } });
});
afterAll(() => stack?.stop());

const hit = (provider: ProviderName, fault: Fault): void =>
  void stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], ...fault });

const byTitle = (cases: readonly Case[]) => cases.map((one) => [one.when, one] as const);

describe.each(byTitle(PAID))('when a provider has paid and %s', (_when, { fault, first }) => {
  it.concurrent.each(PROVIDER_NAMES)('%s is not made to pay twice, and the payout ends as sent', async (provider) => {
    hit(provider, fault);
    const request = REQUESTS[provider]();
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'sent', waitingFor: 'nothing' });
    expect(ended.exchanges[0]?.outcome).toBe(first[provider]);
    // Only Manifest's key makes a repeat harmless.
    if (provider !== 'manifest') expect(ended.exchanges).toHaveLength(1);
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(request.reference);
  });
});

describe.each(byTitle(NOT_PAID))('when a provider has not paid and %s', (_when, { fault, first }) => {
  it.concurrent('manifest is asked again under the same key, pays once, and the payout ends as sent', async () => {
    hit('manifest', fault);
    const request = REQUESTS.manifest();
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: first.manifest }, { outcome: 'accepted' }] });
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(['prolific', 'respondent'] as const)(
    '%s is not asked again: nobody can know, so the payout is in doubt and waits for a person',
    async (provider) => {
      hit(provider, fault);
      const request = REQUESTS[provider]();
      await stack.payouts.start(request);
      const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(doubted.exchanges).toMatchObject([{ outcome: first[provider] }]);
      expect(stack.payments(request)).toEqual([]);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('when a provider answers 429 "too many requests" and has not paid', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    '%s is asked again later, pays once, and the payout ends as sent',
    async (provider) => {
      hit(provider, { kind: 'rate_limited' });
      const request = REQUESTS[provider]();
      const ended = await stack.pay(request);
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{}, { outcome: 'accepted' }] });
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('when a provider cannot be reached at all', () => {
  it.concurrent.each(PROVIDER_NAMES)('%s is asked as soon as it is back, and pays once', async (provider) => {
    await stack.sandbox.refuse(provider);
    const request = REQUESTS[provider]();
    const handle = await stack.payouts.start(request);
    const waiting = await stack.until(request.reference, { status: 'created', waitingFor: 'provider' });
    // Prolific and Respondent are read before they are paid, so there is not even a paying request to write down.
    expect(waiting.exchanges.every(({ outcome }) => outcome === 'unsent')).toBe(true);
    await stack.sandbox.accept(provider);
    const ended = await handle.result();
    expect(ended).toMatchObject({ status: 'sent' });
    expect(ended.exchanges.filter(({ outcome }) => outcome !== 'unsent')).toMatchObject([{ outcome: 'accepted' }]);
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(request.reference);
  });
});

describe('with an operator who vouches that Respondent refuses a repeated number', () => {
  it('respondent is asked again once its counts have had time to show the payment and do not', async () => {
    await withPayouts({ env: { RESPONDENT_GUARD: 'proven' } }, async (proven) => {
      proven.sandbox.faults.add({ provider: 'respondent', route: PAYING_ROUTES.respondent, kind: 'no_connection' });
      const request = REQUESTS.respondent();
      const ended = await proven.pay(request);
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }] });
      expect(proven.payments(request)).toHaveLength(1);
    });
  });
});
