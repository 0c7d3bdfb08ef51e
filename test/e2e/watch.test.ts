import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { systemClock } from '../../activities/deps.js';
import { watch } from '../../activities/watch.js';
import { watchId } from '../../src/payout/watch-input.js';
import type { Show } from '../../src/payout/show.js';
import type { ManifestSandboxOptions } from '../../src/providers/manifest/sandbox.js';
import { inWaves, payOnce, startSteps } from '../faults/support/steps.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of a wait that is lived through. */
const SHORT_DAY_MS = 30;
/** The watcher reads often, and nobody looks for itself: what changes was seen by the watcher alone. */
const WATCHED = { PAYOUTS_WATCH_MS: '400', PAYOUTS_FALLBACK_MS: String(HOUR_MS), PAYOUTS_RETURN_WINDOW_MS: '3000' };
/** Longer pending than the step that paid looks by itself. */
const SLOW = { createdMs: 0, readyMs: 0, pendingMs: 4_500, returnAfterMs: 1_500 };
const QUICK = { ...WATCHED, PAYOUTS_WATCH_MS: '200', PAYOUTS_RETURN_WINDOW_MS: '1000' };
/** The watcher sees a change no sooner than a second after it, as one that reads every minute does. */
const PROMPT: ManifestSandboxOptions = {
  createdMs: 0,
  readyMs: 0,
  pendingMs: 3_000,
  listed: (rows) => rows.filter(({ dateMs = 0 }) => Date.now() > dateMs + 1_000),
};

const CREATE = 'POST /payout';
const LIST = 'GET /payout';
/** How often each route of Manifest was asked. */
const requestsBy = ({ sandbox }: TestStack): Readonly<Record<string, number>> => {
  const routes = sandbox.requests().map(({ route }) => route);
  return Object.fromEntries(routes.map((route) => [route, routes.filter((one) => one === route).length]));
};
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
    const request = manifestRequest({ scheduledAt: inMs(6_000) });
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
  it('is the same history for 1, 30 and 90 days: at most 25 events through a bank, the return window included', async () => {
    await withPayouts({ manifest: PROMPT, env: QUICK }, async (costs) => {
      const days = [1, 30, 90];
      const startOf = (dateMs: number) => {
        const scheduledAt = new Date(dateMs).toISOString();
        const request = manifestRequest({ accountConnection: 'acon_ach_ada', scheduledAt });
        return costs.payouts.start(request).then((handle) => ({ handle, dateMs, reference: request.reference }));
      };
      const startedAtMs = Date.now();
      const asleep = await Promise.all(days.map((day) => startOf(startedAtMs + day * DAY_MS)));
      const waking = await Promise.all(days.map((day) => startOf(startedAtMs + 3_000 + day * SHORT_DAY_MS)));
      for (const { reference } of [...asleep, ...waking])
        await costs.until(reference, { status: 'ready', waitingFor: 'date' });

      for (const { handle, reference } of waking) {
        await handle.result();
        const ended = await costs.until(reference, { status: 'sent', waitingFor: 'nothing' });
        expect(ended.history.map(({ status }) => status)).toEqual(expect.arrayContaining(['ready', 'pending', 'sent']));
        expect(await historyOf(costs, reference)).toBe(23);
      }
      // Those whose dates are really that far away have one timer each, for long after the date, and meanwhile nobody asks for them.
      for (const { reference, dateMs } of asleep) {
        expect(await historyOf(costs, reference)).toBe(12);
        const { rows } = await sql<{ at: number }>`
          select epoch_ms(next_at) as at from payouts where reference = ${reference}`.execute(costs.ledger.db);
        expect(rows).toEqual([{ at: dateMs + HOUR_MS }]);
      }
      expect(requestsBy(costs)).toEqual({ [CREATE]: 6, [LIST]: expect.any(Number) });
    });
  });

  // Two pages of a hundred, or twelve of ten.
  it.each([
    [100, 2],
    [10, 12],
  ])('is at %i rows a page %i requests a poll for 120 payouts, and none for each of them', async (mostRows, calls) => {
    const steps = await startSteps();
    try {
      const sandbox = await steps.openSandbox('manifest', { manifest: { pendingMs: HOUR_MS, mostRows } });
      const env = { PAYOUTS_FALLBACK_MS: String(HOUR_MS) };
      // The step that paid looks for some seconds by itself: here they are over at once.
      const clock = { ...systemClock, sleep: () => Promise.resolve() };
      const worker = steps.worker(sandbox, { env, clock, maxConnections: 8 });
      const all = Array.from({ length: 120 }, () => manifestRequest());
      await inWaves(all, 8, (request) => payOnce(worker, request));
      const poll = () => watch(worker)({ provider: 'manifest', account: 'default', page: 1 });
      for (let polls = 0; polls < 3; polls += 1) {
        const before = sandbox.requests().length;
        expect(await poll()).toMatchObject({ waiting: 120, rowsPerPage: mostRows, calls });
        const made = sandbox.requests().slice(before);
        expect(made.map(({ route }) => route)).toEqual(Array.from({ length: calls }, () => LIST));
      }
      expect(120 / calls).toBeGreaterThanOrEqual(mostRows / 2);
      await steps.expectAgreement();
    } finally {
      await steps.stop();
    }
  });
});

describe('a watcher that is gone', () => {
  it('delays, and loses nothing: each payout looks for itself in the end', async () => {
    const env = { ...WATCHED, PAYOUTS_FALLBACK_MS: '3000', PAYOUTS_WATCH_MS: String(HOUR_MS) };
    await withPayouts({ manifest: { ...SLOW, pendingMs: 5_500 }, env }, async (alone) => {
      const request = manifestRequest();
      const handle = await alone.payouts.start(request);
      await alone.until(request.reference, { status: 'pending' });
      await endWatcher(alone);
      expect(await handle.result()).toMatchObject({ status: 'sent' });
    });
  });

  it('is brought back by the sweep, and tells what the one before it could not', async () => {
    await withPayouts({ manifest: { ...SLOW, pendingMs: 6_000 }, env: { ...WATCHED } }, async (alone) => {
      const taskQueue = alone.env['PAYOUTS_TASK_QUEUE'] as string;
      const request = manifestRequest();
      const startedAt = Date.now();
      const handle = await alone.payouts.start(request);
      await alone.until(request.reference, { status: 'pending' });
      await endWatcher(alone);
      await sleep(Math.max(0, startedAt + 6_500 - Date.now()));
      expect(await alone.show(request.reference)).toMatchObject({ status: 'pending' });
      await alone.client.workflow.execute('sweep', { workflowId: `${taskQueue}/sweep`, taskQueue, args: [] });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
    });
  });
});
