import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { readDataConverter } from '../../src/temporal/data-converter.js';
import { readEncryptionKeys } from '../../src/temporal/encryption-keys.js';
import { createPayloadCodec } from '../../src/temporal/payload-codec.js';
import { readWorkerDataConverter } from '../../src/worker/worker-data-converter.js';
import { encryptingWorkflows } from '../support/encrypting-workflows.js';
import { manifestRequest, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const VARIABLE = 'PAYOUTS_ENCRYPTION_KEYS';
const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [OURS, THEIRS] = [newKey('k1'), newKey('k9')];
const BOTH = `${OURS},${THEIRS}`;

const encryptWith = async (keys: string, value: unknown): Promise<Payload> => {
  const codec = createPayloadCodec(readEncryptionKeys({ [VARIABLE]: keys }));
  return (await codec.encode([defaultPayloadConverter.toPayload(value)]))[0] as Payload;
};
const signal = ({ client }: TestStack, reference: string, signalName: string, payload: Payload) =>
  client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: `payout/${reference}` },
    signalName,
    input: { payloads: [payload] },
    requestId: shortId(),
  });
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
async function startForLater(stack: TestStack): Promise<string> {
  const request = manifestRequest({ scheduledAt: inHours(1) });
  await stack.payouts.start(request);
  await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
  return request.reference;
}
const historyOf = ({ client }: TestStack, reference: string) =>
  client.workflow.getHandle(`payout/${reference}`).fetchHistory();
const failedTasks = async (stack: TestStack, reference: string): Promise<number> =>
  ((await historyOf(stack, reference)).events ?? []).filter((event) => event.workflowTaskFailedEventAttributes).length;

describe('what a worker cannot decrypt', () => {
  let stack: TestStack;
  let worker: { stop(): Promise<void> };
  beforeAll(async () => {
    stack = await startPayouts({ workers: 0, env: { [VARIABLE]: OURS } });
    worker = await stack.startWorker();
  });
  afterAll(() => stack?.stop());

  /** Somebody who encrypts with a key that the workers do not have. */
  const caller = (): Client =>
    new Client({
      connection: stack.client.connection,
      dataConverter: readDataConverter({ [VARIABLE]: THEIRS }),
    });
  const pageOf = (reference: string) =>
    stack.client.workflow
      .getHandle(`payout/${reference}`)
      .query<{ readonly currentDetails: string }>('__temporal_workflow_metadata');
  const replayWith = async (keys: string, reference: string): Promise<void> => {
    const env = { [VARIABLE]: keys };
    const options = { ...(await encryptingWorkflows(env)), dataConverter: readWorkerDataConverter(env) };
    await Worker.runReplayHistory(options, await historyOf(stack, reference), `payout/${reference}`);
  };

  it('as a signal or update stops no payout, changes none and is refused; `cancel` cancels all the same', async () => {
    const reference = await startForLater(stack);
    const change = { scheduledAt: inHours(2) };
    const unknown = await encryptWith(THEIRS, change);
    const payloads = {
      'an unknown key': unknown,
      'another key under the same id': await encryptWith(newKey('k1'), change),
      'no key and no bytes': { metadata: { encoding: Buffer.from('binary/encrypted') } },
    };
    for (const [what, payload] of Object.entries(payloads)) {
      for (const name of ['nudge', 'seen', 'resume', 'reschedule']) await signal(stack, reference, name, payload);
      await until(
        async () => (await pageOf(reference)).currentDetails,
        (text) => /signal `reschedule` \| refused: its input is encrypted with a key/.test(text),
        () => `the page to refuse ${what}`,
      );
      await signal(stack, reference, 'resume', payload);
      await until(
        async () => (await pageOf(reference)).currentDetails,
        (text) => /\| signal `resume` \| counted; it is ready \|\n\n/.test(text),
      );
    }
    const update = caller()
      .workflow.getHandle(`payout/${reference}`)
      .executeUpdate('reschedule', { args: [change] });
    await expect(update).rejects.toThrow();
    expect(await stack.show(reference)).toMatchObject({ status: 'ready', waitingFor: 'date' });
    await signal(stack, reference, 'cancel', await encryptWith(THEIRS, { by: 'ada' }));
    expect((await stack.until(reference, { status: 'canceled' })).evidence).not.toContain('ada');
    expect(await failedTasks(stack, reference)).toBe(0);
    await stack.expectAgreement(reference);
    // The key is there later: what was refused stays refused, or the history could not be gone on with.
    await replayWith(BOTH, reference);
  });

  it('as a signal that was read once is never refused afterwards: without its key the payout waits', async () => {
    const reference = await startForLater(stack);
    await worker.stop();
    worker = await stack.startWorker({ [VARIABLE]: BOTH });
    const scheduledAt = inHours(3);
    await signal(stack, reference, 'reschedule', await encryptWith(THEIRS, { scheduledAt, by: 'ada' }));
    await stack.until(reference, { scheduledAt });
    await stack.payouts.getHandle(reference).cancel();
    await replayWith(BOTH, reference);
    await expect(replayWith(OURS, reference)).rejects.toThrow('workflow task failure');
    await stack.expectAgreement(reference);
  });

  it('as the input of a payout makes it wait, and it is paid once when a worker has the key', async () => {
    await worker.stop();
    worker = await stack.startWorker();
    const request = manifestRequest();
    await new PayoutsClient({ client: caller(), taskQueue: stack.payouts.taskQueue }).start(request);
    await until(
      () => failedTasks(stack, request.reference),
      (count) => count > 0,
    );
    expect((await caller().workflow.getHandle(`payout/${request.reference}`).describe()).status.name).toBe('RUNNING');
    expect(stack.payments(request)).toEqual([]);
    await worker.stop();
    worker = await stack.startWorker({ [VARIABLE]: BOTH });
    await stack.until(request.reference, { status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});

it('a worker without any key cancels on an encrypted `cancel`, too', async () => {
  const stack = await startPayouts();
  try {
    const reference = await startForLater(stack);
    await signal(stack, reference, 'cancel', await encryptWith(THEIRS, { by: 'ada' }));
    await stack.until(reference, { status: 'canceled' });
    expect(await failedTasks(stack, reference)).toBe(0);
    await stack.expectAgreement(reference);
  } finally {
    await stack.stop();
  }
});
