import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findOpen } from '../../src/ledger/find-open.js';
import { watchId } from '../../src/payout/watch-input.js';
import { MANIFEST_ROUTES } from '../../src/providers/manifest/sandbox.js';
import { deliverWebhooks } from '../../src/sandbox/deliver-webhooks.js';
import { temporalNudge } from '../../src/webhooks/temporal-nudge.js';
import { manifestRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startCli } from '../cli/run-cli.js';
import { basic, deliver, fromManifest, fromRespondent, type Sent } from './deliveries.js';
import { startFreezable } from './frozen-server.js';
import type { Health } from './start-receiver.js';

/** Whoever looks by himself within these tests, payout or watcher, would take so long that they break. */
const NEVER_BY_ITSELF = {
  PAYOUTS_POLL_MS: '120000',
  PAYOUTS_MANIFEST_POLL_MS: '200',
  PAYOUTS_RETURN_WINDOW_MS: '86400000',
  PAYOUTS_WATCH_MS: '120000',
  PAYOUTS_FALLBACK_MS: '86400000',
};
const SECRET = 'RESPONDENT_WEBHOOK_SECRET';
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('payouts webhooks', () => {
  let stack: TestStack;
  let way: Awaited<ReturnType<typeof startFreezable>>;
  let receiver: ReturnType<typeof startCli>;
  let url: string;
  beforeAll(async () => {
    stack = await startPayouts({ env: NEVER_BY_ITSELF, manifest: { pendingMs: 500 } });
    way = await startFreezable(stack.env['TEMPORAL_ADDRESS'] ?? '');
    const { MANIFEST_WEBHOOK_USER, MANIFEST_WEBHOOK_PASSWORD, RESPONDENT_WEBHOOK_SECRET } = stack.env;
    const { TEMPORAL_NAMESPACE, PAYOUTS_DATABASE_URL, PAYOUTS_TASK_QUEUE } = stack.env;
    // No credentials that pay: what this process does, it does without them.
    const env = {
      MANIFEST_WEBHOOK_USER,
      MANIFEST_WEBHOOK_PASSWORD,
      RESPONDENT_WEBHOOK_SECRET,
      TEMPORAL_NAMESPACE,
      PAYOUTS_DATABASE_URL,
      PAYOUTS_TASK_QUEUE,
      TEMPORAL_ADDRESS: way.address,
    } as Record<string, string>;
    receiver = startCli(['webhooks', '--port', '0', '--json'], { env });
    await receiver.until(() => receiver.seen().stderr.includes('"running"'));
    url = (JSON.parse(receiver.seen().stdout) as { address: string }).address;
  });
  afterAll(async () => {
    receiver?.child.kill('SIGKILL');
    await way?.stop();
    await stack?.stop();
  });

  const health = () => fetch(`${url}/health`).then((reply) => reply.json()) as Promise<Health>;
  const wakes = async () => (await health()).wakes;
  const manifestNews = (reference: string): Sent =>
    fromManifest({ userData: { payout_reference: reference } }, stack.env);
  const respondentNews = (id: string, uuid?: string): Sent =>
    fromRespondent({ id, ...(uuid === undefined ? {} : { uuid }) }, stack.env[SECRET]);
  /** Accepted, and asleep for an hour and two minutes. */
  const startSleeping = async () => {
    const request = manifestRequest({ scheduledAt: inMs(3_600_000) });
    await stack.payouts.start(request);
    const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    return { reference: request.reference, id: String(providerReference) };
  };
  /** Somebody changes it at Manifest, and we are not told. */
  const changeAtManifest = async (id: string, change: object): Promise<void> => {
    const { MANIFEST_BASE_URL, MANIFEST_API_KEY = '' } = stack.env;
    const headers = { authorization: basic(MANIFEST_API_KEY, '') };
    const body = JSON.stringify(change);
    expect((await fetch(`${MANIFEST_BASE_URL}/payout/${id}`, { method: 'PUT', headers, body })).status).toBe(200);
  };

  it('tell a sleeping payout at once: the sandbox delivers, and it is sent an hour before it would have looked', async () => {
    const { reference, id } = await startSleeping();
    const delivering = deliverWebhooks(stack.sandbox, { to: url });
    onTestFinished(() => delivering.stop());
    await changeAtManifest(id, { date: inMs(0) });
    await stack.until(reference, { status: 'sent' });
    expect(await wakes()).toMatchObject({ payout: 0, watcher: expect.any(Number) as number });
    await stack.expectAgreement(reference);
  });

  it('cost a payout nothing while nothing has changed: the watcher looks, and tells it nothing', async () => {
    const { reference, id } = await startSleeping();
    const handle = stack.client.workflow.getHandle(`payout/${reference}`);
    const eventsOf = async () => (await handle.fetchHistory()).events ?? [];
    const sleeping = await until(eventsOf, (events) => Boolean(events.at(-1)?.timerStartedEventAttributes));
    const looks = () => stack.sandbox.requests().filter(({ route }) => route === MANIFEST_ROUTES.get).length;
    const looked = looks();
    await deliver(url, fromManifest({ id, userData: { payout_reference: reference } }, stack.env));
    await until(looks, (now) => now > looked);
    await changeAtManifest(id, { status: 'canceled' });
    await deliver(url, fromManifest({ id, userData: { payout_reference: reference } }, stack.env));
    await stack.until(reference, { status: 'canceled' });
    await handle.result();
    // A signal, a workflow task, what people see, and its end: of the first delivery there is nothing.
    expect((await eventsOf()).length - sleeping.length).toBeLessThanOrEqual(6);
    await stack.expectAgreement(reference);
  });

  it('make no history longer: at most 25 events from its start to sent through a bank, told at each change', async () => {
    const delivering = deliverWebhooks(stack.sandbox, { to: url });
    onTestFinished(() => delivering.stop());
    const request = manifestRequest({ accountConnection: 'acon_ach_ada', scheduledAt: inMs(3_000) });
    const handle = await stack.payouts.start(request);
    const { history } = await handle.result();
    expect(history.map(({ status }) => status)).toEqual(expect.arrayContaining(['ready', 'sent']));
    const { events } = await stack.client.workflow.getHandle(handle.workflowId).fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(25);
    await stack.expectAgreement(request.reference);
  });

  it('find the payout by the id of the provider, where the delivery names nothing of ours', async () => {
    const { reference, id: providerReference } = await startSleeping();
    const find = (query: object) => findOpen(stack.ledger.db, { provider: 'manifest', account: 'default', ...query });
    expect(await find({ providerReference })).toEqual([reference]);
    expect(await find({ providerReference, account: 'us' })).toEqual([]);
    expect(await find({ providerReference, provider: 'respondent' })).toEqual([]);
    expect(await find({ providerReference: 'pay_nobody' })).toEqual([]);
    expect(await find({})).toEqual([]);
    await changeAtManifest(providerReference, { status: 'canceled' });
    await deliver(url, fromManifest({ id: providerReference }, stack.env));
    await stack.until(reference, { status: 'canceled' });
    expect(await find({ providerReference })).toEqual([]);
    await stack.expectAgreement(reference);
  });

  it('never make a payout that waits for its date pay early, or twice, whatever is delivered and how often', async () => {
    const request = respondentRequest({ scheduledAt: inMs(3_600_000) });
    const { reference, screenerResponseId } = request;
    await stack.payouts.start(request);
    await stack.until(reference, { waitingFor: 'date' });
    const { reference: ready } = await startSleeping();
    const before = { respondent: stack.payingCalls('respondent'), manifest: stack.payingCalls('manifest') };
    const woken = await wakes();

    const same = respondentNews(screenerResponseId, 'one-uuid');
    // A later one before an earlier one, each several times, and forged ones between them.
    const sent = [same, respondentNews(screenerResponseId), same, same, manifestNews(ready), manifestNews(ready), same];
    const forged = fromRespondent({ id: screenerResponseId }, 'made-up-guess');
    const answers = await Promise.all([...sent, forged, ...sent].map((one) => deliver(url, one)));
    expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([401]);
    await until(
      wakes,
      (now) => Number(now['payout']) > Number(woken['payout']) && Number(now['watcher']) > Number(woken['watcher']),
    );
    expect(stack.payingCalls('respondent')).toBe(before.respondent);
    expect(await stack.show(ready)).toMatchObject({ status: 'ready', waitingFor: 'date' });

    await stack.payouts.getHandle(reference).reschedule({ scheduledAt: inMs(2_000) });
    await until(
      () => stack.payments(request).length,
      (count) => count === 1,
    );
    for (const one of sent) await deliver(url, one);
    await stack.until(reference, { status: 'sent' });
    for (const one of sent) await deliver(url, one);
    expect(stack.payingCalls('respondent')).toBe(before.respondent + 1);
    expect(stack.payingCalls('manifest')).toBe(before.manifest);
    await stack.expectAgreement(reference, ready);
  });

  it('wake the watcher of the account, and start one where none runs', async () => {
    const { client, env } = stack;
    const taskQueue = env['PAYOUTS_TASK_QUEUE'] as string;
    const nudge = temporalNudge({ client, taskQueue, withinMs: 5_000 });
    // An account that nobody serves: this watcher waits for its first poll.
    await nudge.watcher('manifest', 'eu', []);
    const watcher = client.workflow.getHandle(watchId(taskQueue, 'manifest', 'eu'));
    const { runId } = await watcher.describe();
    await nudge.watcher('manifest', 'eu', [{ providerReference: 'pay_1' }]);
    const signals = async () =>
      (await watcher.fetchHistory()).events?.flatMap((event) =>
        event.workflowExecutionSignaledEventAttributes?.signalName === 'nudge' ? [event] : [],
      );
    await until(signals, (seen) => seen?.length === 2);
    expect((await watcher.describe()).runId).toBe(runId);
    await watcher.terminate();
  });

  it('answer 200 for payouts that nobody knows or that have ended, and count them', async () => {
    const { reference } = await stack.pay(manifestRequest());
    const before = await wakes();
    for (const one of [manifestNews('nobody/1'), manifestNews(reference), respondentNews('nobody')])
      expect((await deliver(url, one)).status).toBe(200);
    await until(wakes, (now) => Number(now['unknownPayout']) === Number(before['unknownPayout']) + 3);
    await stack.expectAgreement(reference);
  });

  it('answer within 3 s while Temporal hangs, are not ready then, and wake when it goes on', async () => {
    const { reference, id } = await startSleeping();
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    way.freeze();
    await changeAtManifest(id, { status: 'canceled' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(url, manifestNews(reference))));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(Math.max(...answers.map(({ durationMs }) => durationMs))).toBeLessThan(3_000);
    const ready = await until(
      () => fetch(`${url}/ready`),
      ({ status }) => status === 503,
    );
    expect(await ready.json()).toEqual({ ready: false, temporal: 'no answer', ledger: 'ok' });
    way.thaw();
    await stack.until(reference, { status: 'canceled' });
    await stack.expectAgreement(reference);
  });

  it('end on SIGTERM within seconds, and have told neither a secret nor a body', async () => {
    await deliver(url, manifestNews('last/1'));
    const startedAt = Date.now();
    receiver.child.kill('SIGTERM');
    expect(await receiver.ended).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(8_000);
    const { stdout, stderr } = receiver.seen();
    const messages = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.at(-1)).toBe('stopped');
    for (const name of ['MANIFEST_WEBHOOK_PASSWORD', SECRET, 'MANIFEST_API_KEY'])
      expect(stdout + stderr).not.toContain(stack.env[name]);
    for (const part of ['payout.update', 'updatedFields', 'made-up-guess', 'Basic '])
      expect(stderr).not.toContain(part);
    await stack.expectAgreement();
  });
});
