import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { deleteWorkflow, terminate } from '../support/engine.js';
import { prolificRequest, REQUESTS, shortId, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

async function startForLater(provider: ProviderName, scheduledAt = inMs(HOUR_MS)) {
  const request = REQUESTS[provider]({ scheduledAt });
  await stack.payouts.start(request);
  await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
  return request;
}

/** As if its next step had been due for minutes. */
const makeOverdue = (reference: string) =>
  sql`update payouts set next_at = clock_timestamp() - interval '10 minutes' where reference = ${reference}`.execute(
    stack.ledger.db,
  );

const sweep = (): Promise<unknown> =>
  stack.client.workflow.execute('sweep', {
    workflowId: `sweep-${shortId()}`,
    taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
    args: [],
  });

describe('the sweep', () => {
  it('brings back a payout whose workflow was terminated or deleted, and leaves those alone that have one', async () => {
    const terminated = await startForLater('prolific');
    const deleted = await startForLater('respondent');
    const alive = await startForLater('manifest');
    const early = await startForLater('prolific');
    await terminate(stack, terminated.reference);
    await terminate(stack, early.reference);
    await deleteWorkflow(stack, deleted.reference);
    for (const { reference } of [terminated, deleted, alive]) await makeOverdue(reference);

    const { revived } = (await sweep()) as { revived: string[] };
    expect(new Set(revived)).toEqual(new Set([terminated.reference, deleted.reference]));
    for (const { reference } of [terminated, deleted, alive]) {
      const { status } = await stack.client.workflow.getHandle(`payout/${reference}`).describe();
      expect(status.name).toBe('RUNNING');
    }
    // They know what was asked of them: the ledger recalls it.
    const sooner = inMs(1_000);
    const handle = stack.payouts.getHandle(terminated.reference);
    await handle.reschedule({ scheduledAt: sooner });
    expect(await handle.result()).toMatchObject({ status: 'sent', scheduledAt: sooner });
    expect(stack.payments(terminated)).toHaveLength(1);
    await stack.expectAgreement();
  });

  it('reaches those that stand behind many others', async () => {
    const many = 250;
    const first = REQUESTS.prolific({ scheduledAt: inMs(HOUR_MS) });
    await stack.payouts.start(first);
    await stack.until(first.reference, { status: 'ready', waitingFor: 'date' });
    // As if each of these had lost its carrier.
    await sql`
      with copied as (
        insert into claims (reference, provider, account, host, credentials, request)
        select 'many/' || n, c.provider, c.account, c.host, c.credentials,
               c.request || jsonb_build_object('reference', 'many/' || n, 'submissionId', 'many-' || n)
        from claims c, generate_series(1, ${many}) n where c.reference = ${first.reference} returning reference
      )
      insert into payouts (reference, version, status, waiting_for, evidence, next_at, since, updated_at)
      select reference, 0, 'created', 'nothing', 'made up', clock_timestamp() - interval '10 minutes', clock_timestamp(),
             clock_timestamp() from copied`.execute(stack.ledger.db);
    expect(await sweep()).toMatchObject({ count: many });
    await stack.until(`many/${many}`, { status: 'ready', waitingFor: 'date' });
  });
});

describe('a client that only asks Temporal', () => {
  it('is answered at once about a payout whose workflow was terminated, and so brings it back', async () => {
    const withoutLedger = new PayoutsClient({
      client: stack.client,
      taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
    });
    const request = await startForLater('prolific');
    await terminate(stack, request.reference);
    const handle = withoutLedger.getHandle(request.reference);
    expect(await handle.status()).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect(await handle.cancel({ by: 'ada' })).toMatchObject({ result: 'canceled' });
    expect(await handle.result()).toMatchObject({ status: 'canceled' });
    await stack.expectAgreement();
  });

  it('waits for the end of a payout whose workflow was terminated after it had asked for it', async () => {
    const request = prolificRequest({ scheduledAt: inMs(4_000) });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready' });
    const result = handle.result();
    await terminate(stack, request.reference);
    expect(await result).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement();
  });

  it('is told that nobody knows a reference', async () => {
    const withoutLedger = new PayoutsClient({
      client: stack.client,
      taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
    });
    await expect(withoutLedger.getHandle('nobody/knows').status()).rejects.toMatchObject({ code: 'NotFound' });
    await expect(withoutLedger.getHandle('nobody/knows').result()).rejects.toMatchObject({ code: 'NotFound' });
    await expect(stack.payouts.getHandle('nobody/knows').cancel()).rejects.toMatchObject({ code: 'NotFound' });
  });
});
