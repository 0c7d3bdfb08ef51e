import { ApplicationFailure, type Workflow } from '@temporalio/common';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, newReference, respondentRequest, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(async () => {
  await stack?.expectAgreement();
  await stack?.stop();
});

/** As any Temporal SDK does it: workflow type, id and plain JSON. */
const startDirectly = (
  client: Client,
  input: object,
  workflowId = `payout/${(input as { reference?: string }).reference}`,
) =>
  client.workflow.start<Workflow>('payout', {
    workflowId,
    taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
    args: [input],
  });

/** The failure of a start that was refused. */
async function refusalOf(input: object, workflowId?: string): Promise<ApplicationFailure> {
  const workflow = await startDirectly(stack.client, input, workflowId);
  const error: unknown = await workflow.result().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  return cause as ApplicationFailure;
}

describe('a payout that another program starts by its workflow type', () => {
  it.concurrent('is paid once, with the defaults that its request leaves out', async () => {
    const manifest = {
      reference: newReference(),
      provider: 'manifest',
      accountConnection: 'acon_ada',
      amountMinor: 700,
      currency: 'USD',
    };
    const respondent = {
      reference: newReference(),
      provider: 'respondent',
      projectId: 'project',
      screenerResponseId: `response-${shortId()}`,
      payoutCount: 1,
    };
    for (const request of [manifest, respondent]) {
      const workflow = await startDirectly(stack.client, request);
      expect(await workflow.result()).toMatchObject({ status: 'sent', account: 'default' });
      expect(stack.payments(request)).toHaveLength(1);
      // The library knows it as its own.
      expect(await stack.pay(Object.assign({ account: 'default' }, request))).toMatchObject({ status: 'sent' });
      expect(stack.payments(request)).toHaveLength(1);
    }
  });

  it.concurrent.each([
    ['amountMinor', { amountMinor: '15.00' }],
    ['amountMinor', { amountMinor: -1 }],
    ['currency', { currency: 'EUR' }],
    ['scheduledAt', { scheduledAt: 'tomorrow' }],
    ['amount', { amount: 15 }],
    ['account', { account: 'US' }],
    ['provider', { provider: 'Manifest!' }],
    ['provider', { provider: 'paypal' }],
  ])('is refused by the name of the field when "%s" is wrong: %o', async (field, wrong) => {
    const request: { readonly reference: string } = { ...manifestRequest(), ...wrong };
    const refusal = await refusalOf(request);
    expect(refusal.type).toBe('InvalidRequest');
    expect(refusal.message).toMatch(new RegExp(`^${field}: `));
    await expect(stack.show(request.reference)).rejects.toThrow('has no payout');
  });

  it.concurrent(
    'is refused when its workflow has not the id of its reference: that id is what keeps it single',
    async () => {
      const request = respondentRequest();
      const refusal = await refusalOf(request, `payout/${newReference()}`);
      expect(refusal).toMatchObject({ type: 'InvalidRequest', message: expect.stringContaining('payout/<reference>') });
      await expect(stack.show(request.reference)).rejects.toThrow('has no payout');
      expect(stack.payments(request)).toEqual([]);
    },
  );

  it.concurrent('by a reference alone is refused where nobody has claimed it', async () => {
    const reference = newReference();
    expect(await refusalOf({ reference })).toMatchObject({ type: 'NotFound' });
    await expect(stack.payouts.getHandle(reference).status()).rejects.toMatchObject({ code: 'NotFound' });
  });
});
