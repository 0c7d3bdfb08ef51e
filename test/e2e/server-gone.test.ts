import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startFreezable } from '../webhooks/frozen-server.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

/** A client that was connected while the server was there. */
async function connect() {
  const way = await startFreezable(stack.env['TEMPORAL_ADDRESS'] ?? '');
  const connection = await Connection.connect({ address: way.address });
  const client = new Client({ connection, namespace: 'default' });
  const payouts = new PayoutsClient({ client, taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string });
  onTestFinished(async () => {
    await payouts.close();
    await connection.close();
    await way.stop();
  });
  return { payouts, way };
}

/** Five seconds, and what two busy cores need. The SDK alone takes twenty. */
const WITHIN_MS = 12_000;

async function expectUnreachable(work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await expect(work()).rejects.toMatchObject({
    code: 'ServerUnreachable',
    message: expect.stringMatching(/^the Temporal server cannot be reached .* pays nobody twice$/),
  });
  expect(performance.now() - startedAt).toBeLessThan(WITHIN_MS);
}

describe('a program whose Temporal server goes away', () => {
  it.concurrent.each(['is gone', 'hangs'] as const)('is told so within seconds, whatever it asks: %s', async (how) => {
    const { payouts, way } = await connect();
    const request = manifestRequest();
    await (await payouts.start(request)).result();
    if (how === 'hangs') way.freeze();
    else await way.stop();
    const handle = payouts.getHandle(request.reference);
    await Promise.all([
      expectUnreachable(() => payouts.start(manifestRequest())),
      expectUnreachable(() => handle.cancel()),
      expectUnreachable(() => handle.change({ description: 'Words' })),
      expectUnreachable(() => handle.resume()),
    ]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('is waited for where it only hangs for a moment', async () => {
    const { payouts, way } = await connect();
    const request = manifestRequest();
    way.freeze();
    setTimeout(() => way.thaw(), 3_000);
    const handle = await payouts.start(request);
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    await stack.expectAgreement(request.reference);
  });
});
