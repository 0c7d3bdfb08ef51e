import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, PAYING_ROUTES, PROVIDER_NAMES, REQUESTS } from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** Manifest keeps dates itself; for the others we wait by our own timer. */
const ON_OUR_TIMER = ['prolific', 'respondent'] as const;

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

/** A payout that is set up for a date far away. */
async function startForLater(provider: (typeof PROVIDER_NAMES)[number], scheduledAt = inMs(HOUR_MS)) {
  const request = REQUESTS[provider]({ scheduledAt });
  const handle = await stack.payouts.start(request);
  const ready = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
  return { request, handle, ready };
}

describe('a payout with a date', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'through %s is ready until then, and is paid once at its date, not before',
    async (provider) => {
      // Far enough that a busy machine sees it wait.
      const scheduledAt = inMs(20_000);
      const { request, handle, ready } = await startForLater(provider, scheduledAt);
      expect(ready).toMatchObject({ scheduledAt, cancelableUntil: scheduledAt });
      expect(stack.payments(request).filter(({ state }) => state === 'paid')).toEqual([]);
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'sent' });
      expect(Date.now()).toBeGreaterThan(Date.parse(scheduledAt));
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(ON_OUR_TIMER)(
    'through %s can be canceled before it, and then nothing is ever sent',
    async (provider) => {
      const { request, handle } = await startForLater(provider);
      expect(await handle.cancel({ by: 'ada', reason: 'left the study' })).toEqual({
        result: 'canceled',
        status: 'canceled',
      });
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'canceled', waitingFor: 'nothing', exchanges: [] });
      expect(ended.evidence).toBe('canceled by ada before anything was sent');
      expect(stack.payments(request)).toEqual([]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent('through manifest can be canceled before it, and is canceled by what Manifest then shows', async () => {
    const { request, handle } = await startForLater('manifest');
    expect(stack.payments(request)).toMatchObject([{ state: 'due' }]);
    expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'canceled', status: 'canceled' });
    expect((await handle.result()).evidence).toMatch(/^Manifest shows pay_\w+ as canceled$/);
    expect(stack.payments(request)).toMatchObject([{ state: 'undone' }]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(PROVIDER_NAMES)(
    'through %s can be brought forward, and is paid once at the new date',
    async (provider) => {
      const { request, handle } = await startForLater(provider);
      const sooner = inMs(2_000);
      expect(await handle.reschedule({ scheduledAt: sooner, by: 'ada' })).toMatchObject({ scheduledAt: sooner });
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'sent', scheduledAt: sooner });
      expect(Date.now()).toBeGreaterThan(Date.parse(sooner));
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(PROVIDER_NAMES)('through %s can be put off, and is not paid at the old date', async (provider) => {
    const { request, handle } = await startForLater(provider, inMs(7_000));
    const later = inMs(HOUR_MS);
    await handle.reschedule({ scheduledAt: later });
    await sleep(Math.max(0, Date.parse(request.scheduledAt as string) - Date.now()) + 1_000);
    expect(await stack.until(request.reference, { status: 'ready', waitingFor: 'date' })).toMatchObject({
      scheduledAt: later,
      cancelableUntil: later,
    });
    expect(stack.payments(request).filter(({ state }) => state === 'paid')).toEqual([]);
    await handle.cancel();
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(PROVIDER_NAMES)(
    'through %s hears of a new date and of a cancel by signal too',
    async (provider) => {
      const { request, handle } = await startForLater(provider);
      const workflow = stack.client.workflow.getHandle(handle.workflowId);
      const scheduledAt = inMs(2 * HOUR_MS);
      await workflow.signal('reschedule', { scheduledAt });
      await stack.until(request.reference, { cancelableUntil: scheduledAt });
      // No date, and a date that is past, move nothing and stop nothing.
      await workflow.signal('reschedule', { scheduledAt: 'tomorrow' });
      await workflow.signal('reschedule', { scheduledAt: '2020-01-01T00:00:00Z' });
      await workflow.signal('cancel', { by: 'ada' });
      expect(await handle.result()).toMatchObject({ status: 'canceled', scheduledAt });
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(PROVIDER_NAMES)("through %s is canceled by Temporal's own Cancel button", async (provider) => {
    const { request, handle } = await startForLater(provider);
    await stack.client.workflow.getHandle(handle.workflowId).cancel();
    expect(await handle.result()).toMatchObject({ status: 'canceled' });
    expect(stack.payments(request).filter(({ state }) => state !== 'undone')).toEqual([]);
    const { status } = await stack.client.workflow.getHandle(handle.workflowId).describe();
    expect(status.name).toBe('COMPLETED');
    await stack.expectAgreement(request.reference);
  });
});

describe('a cancel that comes too late', () => {
  it.concurrent.each(PROVIDER_NAMES)('says so after %s has paid, and changes nothing', async (provider) => {
    const request = REQUESTS[provider]();
    const paid = await stack.pay(request);
    const handle = stack.payouts.getHandle(request.reference);
    expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'too_late', status: 'sent' });
    await expect(handle.reschedule({ scheduledAt: inMs(HOUR_MS) })).rejects.toMatchObject({ code: 'DecisionRefused' });
    expect(await stack.show(request.reference)).toMatchObject({
      status: 'sent',
      history: { length: paid.history.length },
    });
    await stack.expectAgreement(request.reference);
  });

  it('answers "in doubt" while nobody can know whether it was paid, and stops nothing', async () => {
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
    const request = REQUESTS.prolific();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'in_doubt', status: 'in_doubt' });
    await expect(handle.reschedule({ scheduledAt: inMs(HOUR_MS) })).rejects.toMatchObject({ code: 'DecisionRefused' });
    expect(await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' })).toBeDefined();
    await stack.expectAgreement(request.reference);
  });

  it('is answered by what Manifest shows, when its date has come', async () => {
    await withPayouts({ manifest: { createdMs: 0, readyMs: 0, pendingMs: 3_000 } }, async (slow) => {
      const request = manifestRequest();
      const handle = await slow.payouts.start(request);
      await slow.until(request.reference, { status: 'pending' });
      expect(await handle.cancel()).toMatchObject({ result: 'too_late' });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
    });
  });
});

describe('a cancel that comes in the middle of the paying call', () => {
  it('is carried to Manifest as soon as that has answered, and is believed when Manifest shows it', async () => {
    await withPayouts({ manifest: { createdMs: 100, readyMs: 10_000, pendingMs: 100 } }, async (slow) => {
      slow.sandbox.faults.add({ provider: 'manifest', route: PAYING_ROUTES.manifest, kind: 'slow', delayMs: 1_000 });
      const request = manifestRequest();
      const handle = await slow.payouts.start(request);
      await until(
        () => slow.payingCalls('manifest'),
        (calls) => calls === 1,
      );
      expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'canceled', status: 'canceled' });
      expect(slow.payments(request)).toMatchObject([{ state: 'undone' }]);
    });
  });

  it('is too late where the provider has no way to cancel, and the answer says so', async () => {
    await withPayouts({}, async (slow) => {
      slow.sandbox.faults.add({
        provider: 'respondent',
        route: PAYING_ROUTES.respondent,
        kind: 'slow',
        delayMs: 1_000,
      });
      const request = REQUESTS.respondent();
      const handle = await slow.payouts.start(request);
      await until(
        () => slow.payingCalls('respondent'),
        (calls) => calls === 1,
      );
      expect(await handle.cancel({ by: 'ada' })).toMatchObject({ result: 'too_late' });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
      expect(slow.payments(request)).toHaveLength(1);
    });
  });
});

describe('a payout that Manifest lists as ready without a date', () => {
  it('is canceled there, while it still is', async () => {
    await withPayouts({ manifest: { createdMs: 100, readyMs: 6_000, pendingMs: 100 } }, async (slow) => {
      const request = manifestRequest();
      const handle = await slow.payouts.start(request);
      await slow.until(request.reference, { status: 'ready' });
      expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'canceled', status: 'canceled' });
      expect(slow.payments(request)).toMatchObject([{ state: 'undone' }]);
    });
  });
});
