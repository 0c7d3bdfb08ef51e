import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { PROVIDER_NAMES, REQUESTS } from '../support/requests.js';
import { makeDatabase } from '../support/database.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { ensureSweepSchedule, expectPinned, sweepScheduleId } from '../../src/temporal/sweep-schedule.js';
import { until } from '../support/until.js';

let stack: TestStack;
afterEach(() => stack?.stop());

/** Why the payout's step does not go through now, as a person reads it in the UI. */
const failureNow = async (reference: string): Promise<string | undefined> => {
  const { raw } = await stack.client.workflow.getHandle(`payout/${reference}`).describe();
  return raw.pendingActivities?.[0]?.lastFailure?.applicationFailureInfo?.type ?? undefined;
};

describe('a ledger that was restored from a backup', () => {
  it('pays nothing, since payments may be missing from it, until a person accepts it', async () => {
    stack = await startPayouts();
    const before = REQUESTS.manifest();
    await stack.pay(before);
    // As if its rows were now served by another database than the one they were written by.
    await sql`insert into acceptances (system_identifier, timeline, accepted_by) values ('7000000000000000001', 1, 'migrate')`.execute(
      stack.ledger.db,
    );
    const requests = PROVIDER_NAMES.map((provider) => REQUESTS[provider]());
    const handles = await Promise.all(requests.map((request) => stack.payouts.start(request)));
    for (const { reference } of requests) {
      await until(
        () => failureNow(reference),
        (type) => type === 'LedgerNotAccepted',
      );
    }
    expect(stack.sandbox.journal()).toHaveLength(1);
    // What was paid before can still be looked at.
    expect(await stack.payouts.getHandle(before.reference).status()).toMatchObject({ status: 'sent' });

    await stack.ledger.accept('ada');
    for (const handle of handles) expect(await handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.sandbox.journal()).toHaveLength(1 + requests.length);
    await stack.expectAgreement();
  });
});

describe('a worker that is connected to another ledger', () => {
  it('does not even start, where the task queue is pinned to the first', async () => {
    stack = await startPayouts();
    const taskQueue = stack.env['PAYOUTS_TASK_QUEUE'] as string;
    const { ledgerId } = await stack.ledger.expectCurrent();
    expect(await ensureSweepSchedule(stack.client, taskQueue)).toBe(true);
    expect(await expectPinned(stack.client, taskQueue, ledgerId)).toBe(false);
    expect(await ensureSweepSchedule(stack.client, taskQueue, ledgerId)).toBe(true);
    expect(await ensureSweepSchedule(stack.client, taskQueue, ledgerId)).toBe(false);
    const request = REQUESTS.prolific();
    expect(await stack.pay(request)).toMatchObject({ status: 'sent' });

    const otherUrl = await makeDatabase();
    const other = openLedger({ url: otherUrl, maxConnections: 2 });
    await other.migrate();
    const { ledgerId: otherId } = await other.expectCurrent();
    const mismatch = { code: 'LedgerMismatch', message: expect.stringContaining('PAYOUTS_DATABASE_URL') };
    await expect(stack.startWorker({ PAYOUTS_DATABASE_URL: otherUrl })).rejects.toMatchObject(mismatch);
    await expect(ensureSweepSchedule(stack.client, taskQueue, otherId)).rejects.toMatchObject(mismatch);
    await other.close();
    await stack.startWorker();
    await stack.client.schedule.getHandle(sweepScheduleId(taskQueue)).delete();
    await stack.expectAgreement();
  });

  it('refuses to act on a payout that was begun on the first, and the right worker completes it', async () => {
    stack = await startPayouts({ workers: 0 });
    const right = await stack.startWorker();
    const scheduledAt = new Date(Date.now() + 5_000).toISOString();
    const requests = (['prolific', 'respondent'] as const).map((provider) => REQUESTS[provider]({ scheduledAt }));
    const handles = await Promise.all(requests.map((request) => stack.payouts.start(request)));
    for (const { reference } of requests) await stack.until(reference, { status: 'ready', waitingFor: 'date' });
    await right.stop();

    const otherUrl = await makeDatabase();
    const other = openLedger({ url: otherUrl, maxConnections: 2 });
    await other.migrate();
    const wrong = await stack.startWorker({ PAYOUTS_DATABASE_URL: otherUrl });
    for (const { reference } of requests) {
      await until(
        () => failureNow(reference),
        (type) => type === 'LedgerMismatch',
      );
    }
    await sleep(500);
    expect(stack.sandbox.journal()).toEqual([]);
    expect((await sql`select 1 from claims`.execute(other.db)).rows).toEqual([]);
    await other.close();

    await stack.startWorker();
    await wrong.stop();
    for (const handle of handles) expect(await handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.sandbox.journal()).toHaveLength(requests.length);
    await stack.expectAgreement();
  });
});
