import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchId } from '../../src/payout/watch-input.js';
import type { Show } from '../../src/payout/show.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;
/** The watcher reads often, and nobody looks for itself: what changes was seen by the watcher alone. */
const WATCHED = { PAYOUTS_WATCH_MS: '400', PAYOUTS_FALLBACK_MS: String(HOUR_MS), PAYOUTS_RETURN_WINDOW_MS: '4000' };
const SLOW = { createdMs: 0, readyMs: 0, pendingMs: 6_000, returnAfterMs: 2_000 };

const LIST = 'GET /payout';
const GET = 'GET /payout/:id';
const readsOf = ({ sandbox }: TestStack, route: string): number =>
  sandbox.requests().filter((request) => request.route === route).length;
const historyOf = async ({ client }: TestStack, reference: string): Promise<number> =>
  (await client.workflow.getHandle(`payout/${reference}`).describe()).historyLength;

/** Once the step that paid has stopped looking and has asked for a watcher. */
async function endWatcher({ client, env }: TestStack): Promise<void> {
  const watcher = client.workflow.getHandle(watchId(env['PAYOUTS_TASK_QUEUE'] as string, 'manifest', 'default'));
  await until(
    () => watcher.describe().catch(() => undefined),
    (described) => described !== undefined,
  );
  await watcher.terminate();
}

/** The step that paid looks for a moment by itself. */
async function untilNobodyLooks(stack: TestStack): Promise<void> {
  for (let before = -1, now = 0; before !== now; before = now, now = readsOf(stack, GET)) await sleep(2_500);
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ manifest: SLOW, env: WATCHED });
});
afterAll(() => stack?.stop());

describe('a payout that waits for Manifest', () => {
  it.concurrent('is told by the watcher when it was sent, and never asks again for itself', async () => {
    const request = manifestRequest();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'pending', waitingFor: 'provider' });
    expect(await handle.result()).toMatchObject({ status: 'sent', waitingFor: 'nothing' });
    expect(await historyOf(stack, request.reference)).toBeLessThanOrEqual(18);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('through a bank ends as sent, and is returned when the watcher sees it come back', async () => {
    const request = manifestRequest({ accountConnection: 'acon_ach_returned_ada' });
    const handle = await stack.payouts.start(request);
    expect(await handle.result()).toMatchObject({ status: 'sent', waitingFor: 'provider' });
    const ended = await stack.until(request.reference, { status: 'returned', waitingFor: 'nothing' });
    expect(ended.history.map(({ status }) => status)).toEqual(expect.arrayContaining(['pending', 'sent', 'returned']));
    expect(stack.payments(request)).toMatchObject([{ state: 'undone' }]);
    // Whoever looks at it in Temporal sees that too.
    const view = await until(
      () => stack.client.workflow.getHandle(handle.workflowId).result() as Promise<Show>,
      ({ status }) => status === 'returned',
    );
    expect(view).toMatchObject({ waitingFor: 'nothing' });
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('through a bank is not watched any more when the time for a return is over', async () => {
    const request = manifestRequest({ accountConnection: 'acon_ach_ada' });
    await (await stack.payouts.start(request)).result();
    await stack.until(request.reference, { status: 'sent', waitingFor: 'nothing' });
    const runs = [];
    for await (const run of stack.client.workflow.list({ query: `WorkflowId = 'payout/${request.reference}'` }))
      runs.push(run.runId);
    expect(runs).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('is canceled by a hand at Manifest, and the watcher sees it', async () => {
    const request = manifestRequest({ scheduledAt: inMs(8_000) });
    const handle = await stack.payouts.start(request);
    const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    const { MANIFEST_BASE_URL, MANIFEST_API_KEY } = stack.env as Record<string, string>;
    await fetch(`${MANIFEST_BASE_URL}/payout/${providerReference}`, {
      method: 'PUT',
      headers: { Authorization: `Basic ${Buffer.from(`${MANIFEST_API_KEY}:`).toString('base64')}` },
      body: JSON.stringify({ status: 'canceled' }),
    });
    expect(await handle.result()).toMatchObject({ status: 'canceled' });
    await stack.expectAgreement(request.reference);
  });
});

describe('what it costs to wait', () => {
  // A day is half a second here, the return window four seconds, and a watcher reads every 0.4 s.
  it.concurrent.each([
    ['1 day', 500],
    ['10 days', 5_000],
    ['30 days', 15_000],
  ])('is the same history for %s: at most 25 events through a bank, the return window included', async (_name, ms) => {
    const request = manifestRequest({ accountConnection: 'acon_ach_ada', scheduledAt: inMs(2_000 + ms) });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    await stack.until(request.reference, { status: 'pending' });
    await handle.result();
    const ended = await stack.until(request.reference, { status: 'sent', waitingFor: 'nothing' });
    expect(ended.history.map(({ status }) => status)).toEqual(expect.arrayContaining(['ready', 'pending', 'sent']));
    expect(await historyOf(stack, request.reference)).toBe(23);
    await stack.expectAgreement(request.reference);
  });

  it.each([
    [100, 50],
    [10, 5],
  ])('is at %i rows a page one request for %i waiting payouts a poll, at most', async (mostRows, perCall) => {
    const waiting = 120;
    const manifest = { ...SLOW, pendingMs: HOUR_MS, mostRows };
    await withPayouts({ manifest, env: { ...WATCHED, PAYOUTS_WATCH_MS: '1000' } }, async (many) => {
      const requests = Array.from({ length: waiting }, () => manifestRequest());
      await Promise.all(requests.map((request) => many.payouts.start(request)));
      for (const { reference } of requests) await many.until(reference, { status: 'pending' });
      // From the first poll of them all on.
      await untilNobodyLooks(many);
      const before = readsOf(many, LIST);
      const gets = readsOf(many, GET);
      const startedAt = Date.now();
      await until(
        () => readsOf(many, LIST) - before,
        (reads) => reads >= 3 * (waiting / perCall),
      );
      const polls = (Date.now() - startedAt) / 1_000;
      expect((readsOf(many, LIST) - before) / (polls + 1)).toBeLessThanOrEqual(waiting / perCall);
      expect(readsOf(many, GET)).toBe(gets);
    });
  });
});

describe('a watcher that is gone', () => {
  it('delays, and loses nothing: each payout looks for itself in the end', async () => {
    const env = { ...WATCHED, PAYOUTS_FALLBACK_MS: '3000', PAYOUTS_WATCH_MS: String(HOUR_MS) };
    await withPayouts({ manifest: { ...SLOW, pendingMs: 8_000 }, env }, async (alone) => {
      const request = manifestRequest();
      const handle = await alone.payouts.start(request);
      await alone.until(request.reference, { status: 'pending' });
      await endWatcher(alone);
      expect(await handle.result()).toMatchObject({ status: 'sent' });
    });
  });

  it('is brought back by the sweep, and tells what the one before it could not', async () => {
    await withPayouts({ manifest: { ...SLOW, pendingMs: 9_000 }, env: { ...WATCHED } }, async (alone) => {
      const taskQueue = alone.env['PAYOUTS_TASK_QUEUE'] as string;
      const request = manifestRequest();
      const startedAt = Date.now();
      const handle = await alone.payouts.start(request);
      await alone.until(request.reference, { status: 'pending' });
      await endWatcher(alone);
      await sleep(Math.max(0, startedAt + 9_500 - Date.now()));
      expect(await alone.show(request.reference)).toMatchObject({ status: 'pending' });
      await alone.client.workflow.execute('sweep', { workflowId: `${taskQueue}/sweep`, taskQueue, args: [] });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
    });
  });
});
