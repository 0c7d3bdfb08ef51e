import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, PAYING_ROUTES, PROVIDER_NAMES, REQUESTS } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { countEvents } from './support/evidence.js';

/** One second here is a thousand seconds of the real times: the first pause is 5 ms instead of 5 s. */
const SCALED = {
  PAYOUTS_POLL_MS: '5',
  PAYOUTS_KEY_WINDOW_MS: '1000',
  PAYOUTS_SEND_BY_MS: '1000',
  PAYOUTS_HTTP_TIMEOUT_MS: '1000',
  PAYOUTS_SETTLE_MS: '300',
};
/** Two hours and a quarter. */
const DOWN_MS = 8_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({
    env: SCALED,
    manifest: { createdMs: 0, readyMs: 0, pendingMs: 0 },
    prolific: { visibleAfterMs: 50 },
  });
});
afterAll(() => stack?.stop());

const countHistory = async (reference: string): Promise<number> => {
  const { events } = await stack.client.workflow.getHandle(`payout/${reference}`).fetchHistory();
  return events?.length ?? 0;
};

describe('a provider that is down for hours', () => {
  it('is asked less and less often, loses nothing, and pays each payout once when it is back', async () => {
    const doubted = manifestRequest();
    stack.sandbox.faults.add({
      provider: 'manifest',
      route: PAYING_ROUTES.manifest,
      about: doubted.reference,
      kind: 'never_answers',
      afterEffect: true,
    });
    await stack.payouts.start(doubted);
    await until(
      () => stack.payments(doubted),
      ({ length }) => length === 1,
    );

    for (const provider of PROVIDER_NAMES) await stack.sandbox.refuse(provider);
    const requests = PROVIDER_NAMES.map((provider) => REQUESTS[provider]());
    const handles = await Promise.all(requests.map((request) => stack.payouts.start(request)));
    await sleep(DOWN_MS);
    for (const { reference } of requests) {
      expect(await stack.show(reference)).toMatchObject({ status: 'created', waitingFor: 'provider' });
      // Every pause is half as long again as the one before: a few dozen tries in two hours, and not one a second.
      const { exchanges } = await stack.show(reference);
      expect(exchanges.length).toBeLessThan(30);
      expect(await countHistory(reference)).toBeLessThan(30 * 11);
      expect(await countEvents(stack, reference)).toBeLessThan(5);
    }
    // Paid before, and nobody could say so for longer than the key window: it is looked for, not paid again.
    expect(await stack.show(doubted.reference)).toMatchObject({ status: 'in_doubt', waitingFor: 'provider' });

    for (const provider of PROVIDER_NAMES) await stack.sandbox.accept(provider);
    const ends = await Promise.all(handles.map((handle) => handle.result()));
    for (const ended of ends) {
      expect(ended.status).toBe('sent');
      expect(ended.exchanges.filter(({ outcome }) => outcome !== 'unsent')).toMatchObject([{ outcome: 'accepted' }]);
    }
    expect(await stack.payouts.getHandle(doubted.reference).result()).toMatchObject({ status: 'sent' });
    for (const request of [doubted, ...requests]) expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement();
  });
});
