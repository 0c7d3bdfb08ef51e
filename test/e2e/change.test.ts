import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TAG } from '../../src/payout/request.js';
import { MANIFEST_ROUTES } from '../../src/providers/manifest/sandbox.js';
import type { FaultInput } from '../../src/sandbox/fault-spec.js';
import { manifestRequest, PAYING_ROUTES, REQUESTS } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { resetForgetting } from './support/cancel-ways.js';

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const WANTED = { description: 'Interview in December', metadata: { wave: '3', tags: ['a', 'b'] } };

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

/** A payout that Manifest holds as ready for a date far away. */
async function startReady(scheduledAt = inMs(HOUR_MS)) {
  const request = manifestRequest({ scheduledAt, description: 'Interview', metadata: { wave: '2' } });
  const handle = await stack.payouts.start(request);
  const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
  const id = String(providerReference);
  return { request, handle, id, workflow: stack.client.workflow.getHandle(handle.workflowId) };
}

/** What stands in Manifest's own record. */
async function recordOf(id: string): Promise<Readonly<Record<string, unknown>>> {
  const { MANIFEST_BASE_URL, MANIFEST_API_KEY } = stack.env as Record<string, string>;
  const headers = { Authorization: `Basic ${Buffer.from(`${MANIFEST_API_KEY}:`).toString('base64')}` };
  const reply = await fetch(`${MANIFEST_BASE_URL}/payout/${id}`, { headers });
  return (await reply.json()) as Readonly<Record<string, unknown>>;
}
const untilRecord = (id: string, description: string) =>
  until(
    () => recordOf(id),
    (record) => record['description'] === description,
  );

const putGoesWrong = (about: string, fault: Omit<FaultInput, 'provider' | 'route' | 'about'>) =>
  stack.sandbox.faults.add({ provider: 'manifest', route: MANIFEST_ROUTES.update, about, ...fault });
const decisionsOf = async (reference: string) =>
  (await stack.ledger.transaction((tx) => tx.facts(reference)))?.decisions ?? [];

/** It can still be canceled, and the oracle judges what came of it. */
async function finish({ request, handle }: Awaited<ReturnType<typeof startReady>>): Promise<void> {
  expect(await handle.cancel()).toEqual({ result: 'canceled', status: 'canceled' });
  expect(stack.payments(request)).toMatchObject([{ state: 'undone' }]);
  await stack.expectAgreement(request.reference);
}

describe('a payout that waits at Manifest for its date', () => {
  it.concurrent('is given another description and other metadata, keeps our tag, and is paid once', async () => {
    const ready = await startReady();
    expect(await ready.handle.change({ ...WANTED, by: 'ada' })).toMatchObject({ status: 'ready', waitingFor: 'date' });
    const tagged = { ...WANTED.metadata, [TAG]: ready.request.reference };
    expect(await recordOf(ready.id)).toMatchObject({ description: WANTED.description, user_data: tagged });
    // Once more, and by signal: it is one decision, and nothing is asked of Manifest again.
    await ready.handle.change(WANTED);
    await ready.workflow.signal('reschedule', WANTED);
    await ready.workflow.signal('reschedule', { scheduledAt: inMs(2 * HOUR_MS), metadata: {} });
    await until(
      () => recordOf(ready.id),
      (record) => Object.keys(record['user_data'] as object).length === 1,
    );
    expect(await recordOf(ready.id)).toMatchObject({
      description: WANTED.description,
      user_data: { [TAG]: ready.request.reference },
    });
    expect(await decisionsOf(ready.request.reference)).toMatchObject([{ by: 'ada', ...WANTED }, { metadata: {} }]);
    await ready.handle.reschedule({ scheduledAt: inMs(3_000) });
    expect(await ready.handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.payments(ready.request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(ready.request.reference);
  });

  it.concurrent('is the payout that its first request means, and no other', async () => {
    const ready = await startReady();
    await ready.handle.change(WANTED);
    const joined = await stack.payouts.start(ready.request);
    expect(await joined.status()).toMatchObject({ status: 'ready' });
    await expect(stack.payouts.start({ ...ready.request, ...WANTED })).rejects.toMatchObject({
      code: 'ReferenceConflict',
      message: expect.stringContaining('another description;'),
    });
    expect(await recordOf(ready.id)).toMatchObject({ description: WANTED.description });
    await finish(ready);
  });

  it.concurrent.each([
    ['the reply to the PUT was lost', { kind: 'reply_lost' }],
    ['the PUT never arrived', { kind: 'no_connection' }],
    ['the PUT was answered 500, and took no effect', { kind: 'error_before' }],
    ['the PUT was answered 200, and changed nothing', { kind: 'status', status: 200 }],
    ['the PUT was answered 429', { kind: 'rate_limited' }],
  ] as const)('is changed although %s', async (_what, fault) => {
    const ready = await startReady();
    putGoesWrong(ready.id, fault);
    expect(await ready.handle.change(WANTED)).toMatchObject({ status: 'ready' });
    await untilRecord(ready.id, WANTED.description);
    expect(await decisionsOf(ready.request.reference)).toHaveLength(1);
    await finish(ready);
  });

  it.concurrent('is changed although its workflow was reset to before it heard of that', async () => {
    const ready = await startReady();
    const fault = putGoesWrong(ready.id, { kind: 'error_before', times: 'always' });
    await ready.workflow.signal('reschedule', WANTED);
    await until(
      () => decisionsOf(ready.request.reference),
      ({ length }) => length === 1,
    );
    await resetForgetting(stack, ready.handle.workflowId);
    stack.sandbox.faults.remove(fault);
    await untilRecord(ready.id, WANTED.description);
    await finish(ready);
  });

  it.concurrent('whose change is refused waits for the operator, and goes on by a word', async () => {
    const ready = await startReady();
    const fault = putGoesWrong(ready.id, { kind: 'status', status: 401, times: 'always' });
    expect(await ready.handle.change(WANTED)).toMatchObject({ status: 'ready', waitingFor: 'operator' });
    stack.sandbox.faults.remove(fault);
    await ready.handle.resume({ by: 'ada' });
    await untilRecord(ready.id, WANTED.description);
    await stack.until(ready.request.reference, { status: 'ready', waitingFor: 'date' });
    await finish(ready);
  });

  it.concurrent('whose change Manifest refuses for good says so, and stays what it is', async () => {
    const ready = await startReady();
    const fault = putGoesWrong(ready.id, { kind: 'status', status: 422, times: 'always' });
    const before = await stack.show(ready.request.reference);
    await expect(ready.handle.change(WANTED)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('Manifest answered 422'),
    });
    expect(await stack.show(ready.request.reference)).toMatchObject({
      status: 'ready',
      cancelableUntil: before.cancelableUntil,
      evidence: expect.stringContaining('Manifest answered 422') as string,
    });
    expect(await recordOf(ready.id)).toMatchObject({ description: 'Interview' });
    stack.sandbox.faults.remove(fault);
    await untilRecord(ready.id, WANTED.description);
    await finish(ready);
  });

  it.concurrent('is refused what Manifest would not take, naming the field', async () => {
    const ready = await startReady();
    for (const [wanted, field] of [
      [{ metadata: { [TAG]: 'another' } }, 'metadata'],
      [{ metadata: { long: 'x'.repeat(1_000) } }, 'metadata'],
      [{ description: '' }, 'description'],
      [{ description: 7 as never }, 'description'],
      [{}, 'scheduledAt'],
    ] as const)
      await expect(ready.handle.change(wanted)).rejects.toMatchObject({
        code: 'InvalidRequest',
        message: expect.stringMatching(new RegExp(`^${field}: `)),
      });
    expect(await decisionsOf(ready.request.reference)).toEqual([]);
    await finish(ready);
  });
});

describe('a change that comes too late', () => {
  it.concurrent('is refused while Manifest is paying it, and after', async () => {
    const request = manifestRequest({ accountConnection: 'acon_unclaimed' });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'pending' });
    await expect(handle.change(WANTED)).rejects.toMatchObject({ code: 'DecisionRefused' });
    const paid = manifestRequest();
    await stack.pay(paid);
    await expect(stack.payouts.getHandle(paid.reference).change(WANTED)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: `too late to change ${paid.reference}: it is sent`,
    });
    await stack.expectAgreement(request.reference, paid.reference);
  });

  it.concurrent('is refused by what Manifest shows, although nobody had looked yet', async () => {
    const ready = await startReady();
    const { MANIFEST_BASE_URL, MANIFEST_API_KEY } = stack.env as Record<string, string>;
    await fetch(`${MANIFEST_BASE_URL}/payout/${ready.id}`, {
      method: 'PUT',
      headers: { Authorization: `Basic ${Buffer.from(`${MANIFEST_API_KEY}:`).toString('base64')}` },
      body: JSON.stringify({ status: 'canceled' }),
    });
    await expect(ready.handle.reschedule({ scheduledAt: inMs(HOUR_MS) })).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringMatching(/^too late to change .*: it is canceled; Manifest shows/),
    });
    expect(await decisionsOf(ready.request.reference)).toEqual([]);
    await stack.expectAgreement(ready.request.reference);
  });
});

describe('a request that is written down', () => {
  it('is repeated as it is: what it says is not changed before Manifest has it', async () => {
    const request = manifestRequest({ scheduledAt: inMs(HOUR_MS), description: 'Interview' });
    const about = request.reference;
    stack.sandbox.faults.add({
      provider: 'manifest',
      route: PAYING_ROUTES.manifest,
      about,
      kind: 'status',
      status: 401,
    });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { waitingFor: 'operator' });
    await expect(handle.change(WANTED)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringMatching(/^description: the request to manifest is written down/),
    });
    await handle.resume();
    const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    await handle.change(WANTED);
    expect(await recordOf(String(providerReference))).toMatchObject({ description: WANTED.description });
    await handle.cancel();
    await stack.expectAgreement(request.reference);
  });
});

describe.each(['prolific', 'respondent'] as const)('a payout through %s, which keeps no description', (provider) => {
  it('is refused one, naming the field, and takes other metadata, which is ours', async () => {
    const request = REQUESTS[provider]({ scheduledAt: inMs(HOUR_MS) });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    await expect(handle.change({ description: 'Words' })).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: expect.stringMatching(/^description: .*(unknown|no field)/),
    });
    expect(await handle.change({ metadata: { wave: '3' } })).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect(await decisionsOf(request.reference)).toMatchObject([{ kind: 'reschedule', metadata: { wave: '3' } }]);
    await handle.reschedule({ scheduledAt: inMs(2_000) });
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    await stack.expectAgreement(request.reference);
  });
});
