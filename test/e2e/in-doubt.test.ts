import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { PAYING_ROUTES, prolificRequest } from '../support/requests.js';
import { withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const BY_ADA = { by: 'ada', evidence: 'asked Prolific, ticket 7' } as const;
const READS = 'GET /submissions/:id/';

/** Each test has providers of its own: a fault is for the next call, whoever makes it. */
const inDoubt = (title: string, test: (stack: TestStack) => Promise<void>): void =>
  it.concurrent(title, () => withPayouts({ env: { PAYOUTS_SETTLE_MS: '800' } }, test));

/** A payout whose paying call answered 500 and paid nothing, which nobody but Prolific knows. */
async function startUnpaid(stack: TestStack) {
  stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
  const request = prolificRequest();
  const handle = await stack.payouts.start(request);
  await stack.until(request.reference, { status: 'in_doubt' });
  return { request, handle };
}

describe('a bonus that nobody can know to be paid', () => {
  inDoubt(
    'waits for a person, is never paid again by itself, and ends as error on the word that it was not paid',
    async (stack) => {
      const { request, handle } = await startUnpaid(stack);
      const asked = stack.payingCalls('prolific');
      await expect(handle.resolve({ paid: false, ...BY_ADA })).rejects.toMatchObject({ code: 'DecisionRefused' });
      await expect(handle.resolve({ paid: false, ...BY_ADA })).rejects.toThrow(/too early: until \d{4}-/);

      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      // The library says, as the command line does, what would settle it.
      const { reference } = request;
      const settledBy = expect.stringMatching(/^the provider's records, .*: `payouts resolve`$/) as string;
      expect(await stack.payouts.list({ status: 'in_doubt' })).toMatchObject([{ reference, settledBy }]);
      await handle.resume();
      await stack.client.workflow.getHandle(handle.workflowId).signal('nudge');
      await sleep(1_500);
      expect(stack.payingCalls('prolific')).toBe(asked);
      expect(await stack.show(request.reference)).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });

      const ended = await handle.resolve({ paid: false, ...BY_ADA });
      expect(ended).toMatchObject({ status: 'error', waitingFor: 'nothing' });
      expect(ended.evidence).toBe('ada says that it was not paid: asked Prolific, ticket 7');
      expect(await handle.result()).toMatchObject({ status: 'error' });
      expect(stack.payingCalls('prolific')).toBe(asked);
    },
  );

  inDoubt('is paid once when a person says that it was not paid and is to be paid again', async (stack) => {
    const { request, handle } = await startUnpaid(stack);
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    await handle.resolve({ paid: false, payAgain: true, ...BY_ADA });
    expect(await handle.result()).toMatchObject({
      status: 'sent',
      exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }],
    });
    expect(stack.payments(request)).toHaveLength(1);
  });

  inDoubt(
    'is in doubt again when the payment that a person asked for gets lost too, and that word pays nothing more',
    async (stack) => {
      const { request, handle } = await startUnpaid(stack);
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
      await handle.resolve({ paid: false, payAgain: true, ...BY_ADA });
      await until(
        () => stack.show(request.reference),
        ({ exchanges }) => exchanges.length === 2,
      );
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect((await stack.show(request.reference)).exchanges).toHaveLength(2);
      expect(stack.payments(request)).toEqual([]);
      await handle.resolve({ paid: false, ...BY_ADA });
      expect(await handle.result()).toMatchObject({ status: 'error' });
    },
  );

  inDoubt('cannot be resolved once it is no longer in doubt', async (stack) => {
    const request = prolificRequest();
    await stack.pay(request);
    const again = stack.payouts.getHandle(request.reference).resolve({ paid: false, payAgain: true, ...BY_ADA });
    await expect(again).rejects.toThrow(/is sent, not in doubt/);
    expect(stack.payments(request)).toHaveLength(1);
  });
});

describe('a bonus that was paid although nobody could see it', () => {
  /** Its paying call was lost, and its records cannot be read until the faults are cleared. */
  async function startPaidUnseen(stack: TestStack) {
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'reply_lost' });
    // The read before the paying call has to pass.
    stack.sandbox.faults.add({ provider: 'prolific', route: READS, kind: 'error_before', skip: 1, times: 'always' });
    const request = prolificRequest();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    await sleep(4_500);
    return { request, handle };
  }

  inDoubt('is sent by the records, against the word of a person that it was not paid', async (stack) => {
    const { request, handle } = await startPaidUnseen(stack);
    await expect(handle.resolve({ paid: false, payAgain: true, ...BY_ADA })).rejects.toThrow(/cannot be read/);
    stack.sandbox.faults.clear();
    const resolved = handle.resolve({ paid: false, payAgain: true, ...BY_ADA });
    await expect(resolved).rejects.toThrow(/the provider's records show the payment, so it is sent/);
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
    expect(stack.payments(request)).toHaveLength(1);
  });

  inDoubt('is sent by the records when a person says the same', async (stack) => {
    const { request, handle } = await startPaidUnseen(stack);
    stack.sandbox.faults.clear();
    expect(await handle.resolve({ paid: true, ...BY_ADA })).toMatchObject({ status: 'sent' });
    expect((await handle.result()).evidence).toMatch(/grew by 250/);
    expect(stack.payments(request)).toHaveLength(1);
  });

  inDoubt('is sent by the word of a person where the records cannot be read', async (stack) => {
    const { request, handle } = await startPaidUnseen(stack);
    const ended = await handle.resolve({ paid: true, ...BY_ADA });
    expect(ended).toMatchObject({ status: 'sent', evidence: 'ada says that it was paid: asked Prolific, ticket 7' });
    stack.sandbox.faults.clear();
    expect(stack.payments(request)).toHaveLength(1);
  });
});
