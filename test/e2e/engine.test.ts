import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryOn, deleteWorkflow, reset, terminate } from '../support/engine.js';
import { PAYING_ROUTES, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import type { Show } from '../../src/payout/show.js';

const HOUR_MS = 3_600_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ workers: 2 });
});
afterAll(() => stack?.stop());

/** Starts a payout and returns while the provider is handling its paying call, which takes a second. */
async function startInFlight(provider: ProviderName) {
  stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'slow', delayMs: 1_000 });
  const request = REQUESTS[provider]();
  await stack.payouts.start(request);
  await until(
    () => stack.show(request.reference).catch(() => undefined),
    (shown) => shown?.exchanges[0]?.outcome === 'open',
  );
  return request;
}

describe('a workflow that was terminated in the middle of the paying call', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'and started again by reference does not pay twice through %s',
    async (provider) => {
      const request = await startInFlight(provider);
      await terminate(stack, request.reference);
      const again = await carryOn(stack, request.reference);
      expect(await again.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(PROVIDER_NAMES)(
    'and started again by the same request does not pay twice through %s',
    async (provider) => {
      const request = await startInFlight(provider);
      await terminate(stack, request.reference);
      expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('a workflow that was reset to its beginning', () => {
  it.concurrent.each(PROVIDER_NAMES)('after its end does not pay twice through %s', async (provider) => {
    const request = REQUESTS[provider]();
    const paid = await stack.pay(request);
    const again = await reset(stack, request.reference);
    expect(await again.result()).toMatchObject({ status: 'sent', exchanges: paid.exchanges, evidence: paid.evidence });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(PROVIDER_NAMES)('has not forgotten that the payout through %s was canceled', async (provider) => {
    const request = REQUESTS[provider]({ scheduledAt: new Date(Date.now() + HOUR_MS).toISOString() });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    await handle.cancel({ by: 'ada' });
    await handle.result();
    const again = await reset(stack, request.reference);
    expect(await again.result()).toMatchObject({ status: 'canceled' });
    expect(stack.payments(request).filter(({ state }) => state !== 'undone')).toEqual([]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('has not forgotten another date, nor asks Manifest anew for it', async () => {
    const request = REQUESTS.manifest({ scheduledAt: new Date(Date.now() + HOUR_MS).toISOString() });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    const scheduledAt = new Date(Date.now() + 2 * HOUR_MS).toISOString();
    await handle.reschedule({ scheduledAt });
    await stack.until(request.reference, { cancelableUntil: scheduledAt });
    const again = await reset(stack, request.reference);
    await until(
      () => again.query<Show>('state'),
      (view) => view?.cancelableUntil === scheduledAt,
    );
    await handle.cancel();
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});

describe('a workflow that was reset to its beginning', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'in the middle of the paying call does not pay twice through %s',
    async (provider) => {
      const request = await startInFlight(provider);
      const again = await reset(stack, request.reference);
      expect(await again.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('a workflow that was deleted, as after its retention', () => {
  it.concurrent.each(PROVIDER_NAMES)('and started again does not pay twice through %s', async (provider) => {
    const request = REQUESTS[provider]();
    const paid = await stack.pay(request);
    await deleteWorkflow(stack, request.reference);
    expect(await stack.payouts.getHandle(request.reference).status()).toMatchObject({ status: 'sent' });
    expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: paid.exchanges });
    await deleteWorkflow(stack, request.reference);
    expect(await stack.payouts.getHandle(request.reference).result()).toMatchObject({ status: 'sent' });
    await deleteWorkflow(stack, request.reference);
    expect(await stack.payouts.getHandle(request.reference).cancel()).toEqual({ result: 'too_late', status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it('in the middle of the paying call and started again does not pay twice', async () => {
    const request = await startInFlight('respondent');
    await deleteWorkflow(stack, request.reference);
    expect(await stack.payouts.getHandle(request.reference).result()).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});
