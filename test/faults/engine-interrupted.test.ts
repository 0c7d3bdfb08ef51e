import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carryOn, deleteWorkflow, reset, terminate } from '../support/engine.js';
import {
  PAYING_ROUTES,
  PROVIDER_NAMES,
  prolificRequest,
  REQUESTS,
  shortId,
  type ProviderName,
} from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const BY_ADA = { by: 'ada', evidence: 'asked Prolific, ticket 7' } as const;

let stack: TestStack;
/** Every paying call here answers 500 and pays nothing, which only the provider knows. */
let doubtful: TestStack;
beforeAll(async () => {
  [stack, doubtful] = await Promise.all([startPayouts(), startPayouts({ env: { PAYOUTS_SETTLE_MS: '600' } })]);
  const provider = 'prolific';
  doubtful.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'error_before', times: 'always' });
});
afterAll(async () => {
  await stack?.stop();
  await doubtful?.stop();
});

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

describe("Temporal's own Cancel in the middle of the paying call", () => {
  it.concurrent.each(PROVIDER_NAMES)('interrupts nothing: %s pays once, and that is written down', async (provider) => {
    const request = await startInFlight(provider);
    const workflow = stack.client.workflow.getHandle(`payout/${request.reference}`);
    await workflow.cancel();
    const shown = await stack.until(request.reference, provider === 'manifest' ? {} : { status: 'sent' });
    expect(shown.exchanges).toHaveLength(1);
    const ended = (await workflow.result()) as { status: string };
    // Manifest can still cancel what it has just accepted, and then shows that it did.
    expect(provider === 'manifest' ? ['sent', 'canceled'] : ['sent']).toContain(ended.status);
    expect((await workflow.describe()).status.name).toBe('COMPLETED');
    expect(stack.payments(request)).toMatchObject([{ state: ended.status === 'sent' ? 'paid' : 'undone' }]);
    await stack.expectAgreement(request.reference);
  });
});

describe('a workflow that was deleted in the middle of the paying call', () => {
  it.concurrent.each(['manifest', 'prolific'] as const)(
    'and started again by the same request does not make %s pay twice',
    async (provider) => {
      const request = await startInFlight(provider);
      await deleteWorkflow(stack, request.reference);
      expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('a carrier that was terminated in the middle of the paying call', () => {
  it.concurrent.each(PROVIDER_NAMES)('is brought back by the sweep, and %s pays once', async (provider) => {
    const request = await startInFlight(provider);
    const { reference } = request;
    await terminate(stack, reference);
    // The step that was under way still writes what came of it; then nobody is left to go on.
    await until(
      () => stack.show(reference),
      ({ exchanges }) => exchanges[0]?.outcome === 'accepted',
    );
    await sql`update payouts set next_at = clock_timestamp() - interval '10 minutes'
              where reference = ${reference} and next_at is not null`.execute(stack.ledger.db);
    await stack.client.workflow.execute('sweep', {
      workflowId: `sweep-${shortId()}`,
      taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
      args: [],
    });
    expect(await stack.until(reference, { status: 'sent' })).toMatchObject({ exchanges: [{ outcome: 'accepted' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(reference);
  });
});

/** A Prolific payout in doubt that waits for a person: nothing was paid, and nobody here can know it. */
async function startDoubted({ payouts, client, until: untilShown }: TestStack) {
  const request = prolificRequest();
  const handle = await payouts.start(request);
  await untilShown(request.reference, { status: 'in_doubt', waitingFor: 'person' });
  return { request, handle, workflow: client.workflow.getHandle(`payout/${request.reference}`) };
}

type Doubted = Awaited<ReturnType<typeof startDoubted>>;

/** What can happen to a carrier; after it the payout has one again. */
const BLOWS: readonly (readonly [what: string, strike: (doubted: Doubted) => Promise<unknown>])[] = [
  ['reset to its beginning', ({ request }) => reset(doubtful, request.reference)],
  [
    'terminated, and carried on by reference',
    async ({ request }) => {
      await terminate(doubtful, request.reference);
      await carryOn(doubtful, request.reference);
    },
  ],
  [
    'deleted, as after its retention, and started again',
    async ({ request }) => {
      await deleteWorkflow(doubtful, request.reference);
      await doubtful.payouts.start(request);
    },
  ],
  ["canceled by Temporal's own Cancel", ({ workflow }) => workflow.cancel()],
];

describe('a payout in doubt', () => {
  it.concurrent.each(BLOWS)(
    'whose workflow was %s stays in doubt and is not paid again, and a word outlives it',
    async (what, strike) => {
      const doubted = await startDoubted(doubtful);
      const { request, handle } = doubted;
      const { reference } = request;
      await strike(doubted);
      await handle.resume();
      await doubtful.until(reference, { status: 'in_doubt', waitingFor: 'person' });
      expect((await doubtful.show(reference)).exchanges).toMatchObject([{ outcome: 'ambiguous' }]);

      expect(await handle.resolve({ paid: false, ...BY_ADA })).toMatchObject({ status: 'error' });
      // A workflow that has ended can neither be terminated nor canceled.
      await strike(doubted).catch(() => undefined);
      expect(await doubtful.payouts.getHandle(reference).result()).toMatchObject({ status: 'error' });
      expect((await doubtful.show(reference)).exchanges).toHaveLength(1);
      expect({ what, paid: doubtful.payments(request) }).toEqual({ what, paid: [] });
      await doubtful.expectAgreement(reference);
    },
  );
});

describe('a payout that was paid again on the word of a person', () => {
  it('is not paid a third time by a workflow that was reset, deleted and started again', async () => {
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
    const { request, handle } = await startDoubted(stack);
    const { reference } = request;
    await handle.resolve({ paid: false, payAgain: true, ...BY_ADA });
    const twice = { status: 'sent', exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }] };
    expect(await handle.result()).toMatchObject(twice);
    expect(await (await reset(stack, reference)).result()).toMatchObject(twice);
    await deleteWorkflow(stack, reference);
    expect(await stack.pay(request)).toMatchObject(twice);
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(reference);
  });
});
