import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Show } from '../../src/payout/show.js';
import { PAYING_ROUTES, prolificRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { aboutOf, aloneRequest } from './support/about.js';
import { expectOursToAgree, judge, somebodyPaysBonus, somebodyPaysNext } from './support/somebody-else.js';
import { HASTY } from './support/times.js';

const PROLIFIC = { provider: 'prolific', route: PAYING_ROUTES.prolific } as const;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ env: HASTY, prolific: { visibleAfterMs: 0 } });
});
afterAll(() => stack?.stop());

describe('somebody else who pays the same person', () => {
  it.concurrent(
    'the same amount on the same submission, while ours is in doubt: it cannot be told from ours, and is called sent',
    async () => {
      const request = prolificRequest();
      stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'error_before' });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'in_doubt' });
      await somebodyPaysBonus(stack, request, '2.50');
      await handle.resume();
      const ended = await handle.result();
      // What `sent` means with Prolific: a bonus of this amount came after the snapshot. Nobody is paid twice by it.
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(ended.evidence).toMatch(/bonus_payments of submission .* grew by 250 since the snapshot$/);
      expect(stack.payments(request)).toHaveLength(1);
      expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'ledger_says_paid_but_not' });
    },
  );

  it.concurrent('the same amount on the same submission, beside ours: the evidence counts both', async () => {
    const request = prolificRequest();
    stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'reply_lost' });
    const fault = stack.sandbox.faults.add({
      provider: 'prolific',
      route: 'GET /submissions/:id/',
      about: aboutOf(request),
      kind: 'error_before',
      skip: 1,
      times: 'always',
    });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    await somebodyPaysBonus(stack, request, '2.50');
    stack.sandbox.faults.remove(fault);
    await handle.resume();
    expect((await handle.result()).evidence).toMatch(/grew by 250 since the snapshot, 2 times$/);
    await expectOursToAgree(stack, request.reference);
  });

  it.concurrent('before our snapshot: it is no evidence for ours, which is paid', async () => {
    const request = prolificRequest();
    await somebodyPaysBonus(stack, request, '2.50');
    expect((await stack.pay(request)).evidence).toMatch(/grew by 250 since the snapshot$/);
    await expectOursToAgree(stack, request.reference);
  });

  it('by autopay or by hand, the n-th at Respondent between our read and our call: ours is refused as 409, and called sent by the count', async () => {
    await withRespondent('refuses_wrong_number', async (own, request, ended) => {
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(ended.evidence).toMatch(/Respondent counts 1 .*: payment 1 is made/);
      expect(own.payments(request)).toHaveLength(1);
    });
  });

  it('the same where Respondent pays every number it is given: ours is the next payment, and the count shows one too many', async () => {
    await withRespondent('pays_every_time', async (own, request, ended) => {
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(ended.evidence).toMatch(/Respondent counts 2 .*: payment 1 is made/);
      expect(own.payments({ ...request, payoutCount: 2 })).toHaveLength(1);
    });
  });
});

/** Somebody pays after our counts were read and before our call is made. */
async function withRespondent(
  rule: 'refuses_wrong_number' | 'pays_every_time',
  test: (stack: TestStack, request: ReturnType<typeof respondentRequest>, ended: Show) => Promise<void>,
): Promise<void> {
  const own = await startPayouts({ env: HASTY, respondent: { rule } });
  try {
    const request = respondentRequest();
    own.sandbox.faults.add({
      provider: 'respondent',
      route: 'GET /v1/projects/:projectId',
      kind: 'slow',
      delayMs: 600,
    });
    const handle = await own.payouts.start(request);
    await until(
      () => own.sandbox.requests(),
      (requests) => requests.some(({ route }) => route === 'GET /v1/projects/:projectId'),
    );
    await somebodyPaysNext(own, request);
    await test(own, request, await handle.result());
    // Ours made no first payment: that it rests on another's is what cannot be told, and the oracle knows.
    expect(await judge(own, request.reference)).toMatchObject({ verdict: 'ledger_says_paid_but_not' });
  } finally {
    await own.stop();
  }
}

describe('other content under the same reference', () => {
  it.concurrent.each(['prolific', 'respondent'] as const)(
    'is refused while the payout through %s sleeps until its date, also after its workflow was ended, and the first is paid',
    async (provider) => {
      const request = { ...aloneRequest(provider), scheduledAt: new Date(Date.now() + 6_000).toISOString() };
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
      const other = { ...request, ...('amountMinor' in request ? { amountMinor: 999 } : { payoutCount: 2 }) };
      await expect(stack.payouts.start(other)).rejects.toMatchObject({ code: 'ReferenceConflict' });
      const workflow = stack.client.workflow.getHandle(handle.workflowId);
      await workflow.terminate('a person in the UI');
      // Straight to Temporal, as any SDK can: the step compares.
      const options = {
        workflowId: handle.workflowId,
        taskQueue: String(stack.env['PAYOUTS_TASK_QUEUE']),
        args: [other],
      };
      const direct = await stack.client.workflow.start('payout', options);
      await expect(direct.result()).rejects.toMatchObject({ cause: { type: 'ReferenceConflict' } });
      expect(await stack.show(request.reference)).toMatchObject({ status: 'ready', waitingFor: 'date' });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
      expect(stack.payments(request)).toHaveLength(1);
      await expectOursToAgree(stack, request.reference);
    },
  );
});
