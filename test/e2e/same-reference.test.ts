import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import type { ManifestRequest } from '../../src/payout/request.js';
import { manifestRequest, newReference, prolificRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

const HOUR_MS = 3_600_000;

let stack: TestStack;
/** Without a ledger at hand it can only ask the workflows. */
let withoutLedger: PayoutsClient;
beforeAll(async () => {
  // `sent` a while after it was accepted, so that there is a payout which is under way.
  stack = await startPayouts({ manifest: { createdMs: 100, readyMs: 100, pendingMs: 2_500 } });
  withoutLedger = new PayoutsClient({ client: stack.client, taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string });
});
afterAll(async () => {
  await withoutLedger?.close();
  await stack?.stop();
});

const CLIENTS = [
  ['a client that reads the ledger', () => stack.payouts],
  ['a client that only asks Temporal', () => withoutLedger],
] as const;

/** Payouts at three moments of their life. */
const MOMENTS = [
  ['while it is being paid', 'pending', () => ({})],
  ['while it waits for its date', 'ready', () => ({ scheduledAt: new Date(Date.now() + HOUR_MS).toISOString() })],
  ['after its end', 'sent', () => ({})],
] as const;

describe.each(CLIENTS)('the same reference, asked by %s', (_which, client) => {
  it.concurrent.each(MOMENTS)(
    'with another amount is refused %s, and the field is named',
    async (_when, status, given) => {
      const request = manifestRequest(given());
      await stack.payouts.start(request);
      const before = await stack.until(request.reference, { status });

      const another = { ...request, amountMinor: request.amountMinor + 1 };
      const refused = client()
        .start(another)
        .then((handle) => handle.result());
      await expect(refused).rejects.toMatchObject({
        code: 'ReferenceConflict',
        message: expect.stringContaining('amountMinor'),
      });
      // The refusal says nothing about the payout that has the reference.
      expect((await stack.show(request.reference)).amountMinor).toBe(request.amountMinor);
      const handle = client().getHandle(request.reference);
      expect(['sent', before.status]).toContain((await handle.status()).status);
      if (status === 'ready') await handle.cancel();
      await handle.result();
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each(MOMENTS)(
    'with the same content %s joins the payout, and is not paid again',
    async (_when, status, given) => {
      const request = manifestRequest(given());
      await stack.payouts.start(request);
      await stack.until(request.reference, { status });
      // As another program would write it: instants in another zone, defaults written out. Metadata is not content.
      const same = {
        ...request,
        account: 'default',
        metadata: { wave: '3' },
        ...(request.scheduledAt === undefined ? {} : { scheduledAt: request.scheduledAt.replace('Z', '+00:00') }),
      };
      const handle = await client().start(same);
      if (status === 'ready') await handle.cancel();
      expect(await handle.result()).toMatchObject({
        reference: request.reference,
        status: status === 'ready' ? 'canceled' : 'sent',
      });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent('that differs only in case is refused', async () => {
    const request = manifestRequest({ reference: newReference('Study') });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'pending' });
    const twin = { ...request, reference: request.reference.toUpperCase() };
    const refused = client()
      .start(twin)
      .then((handle) => handle.result());
    await expect(refused).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: expect.stringContaining(`differs only in case from ${request.reference}`),
    });
    await stack.payouts.getHandle(request.reference).result();
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});

describe('content', () => {
  it.concurrent.each([
    { accountConnection: 'acon_bob' },
    { description: 'for wave 3' },
    { scheduledAt: '2099-01-01T00:00:00Z' },
    { account: 'us' },
  ] satisfies Partial<ManifestRequest>[])('is every field but the metadata: %o is another payment', async (other) => {
    const request = manifestRequest();
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'pending' });
    const [field] = Object.keys(other) as [string];
    await expect(stack.payouts.start({ ...request, ...other })).rejects.toThrow(field);
    await expect(withoutLedger.start({ ...request, ...other })).rejects.toThrow(field);
    await stack.payouts.getHandle(request.reference).result();
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('is the provider too', async () => {
    const request = manifestRequest();
    await stack.pay(request);
    const other = prolificRequest({ reference: request.reference });
    await expect(stack.pay(other)).rejects.toMatchObject({
      code: 'ReferenceConflict',
      message: expect.stringContaining('provider'),
    });
    expect(stack.payments(other)).toEqual([]);
    await stack.expectAgreement(request.reference);
  });
});

describe('one reference, started by twenty at the same moment', () => {
  it('is one payout, and is paid once', async () => {
    const request = manifestRequest();
    const clients = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? stack.payouts : withoutLedger));
    const ends = await Promise.all(clients.map(async (client) => (await client.start(request)).result()));
    expect(new Set(ends.map(({ providerReference }) => providerReference)).size).toBe(1);
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement();
  });
});
