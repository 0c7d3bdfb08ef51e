import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashCredentials } from '../../activities/served.js';
import { batchBench, many, manifestRow, prolificRow, respondentRow, type BatchBench } from '../support/batch.js';
import { shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { resetToStart } from '../support/engine.js';
import { startWorkerProcess } from '../support/worker-process.js';

const MANIFEST = { provider: 'manifest', route: 'POST /payout/batch' } as const;
const PROLIFIC = { provider: 'prolific', route: 'POST /bulk-bonus-payments/:id/pay/' } as const;

let stack: TestStack;
let bench: BatchBench;
beforeAll(async () => {
  stack = await startPayouts();
  bench = batchBench(stack);
});
afterAll(() => stack.stop());

const callsTo = ({ route }: { readonly route: string }): number =>
  stack.sandbox.requests().filter((request) => request.route === route).length;

describe('a batch', () => {
  it('whose worker is killed three times on the way pays each row once, and nobody when its file is given again', async () => {
    const killed = await startPayouts({ workers: 0 });
    const own = batchBench(killed, 150_000);
    try {
      const id = `b${shortId()}`;
      const study = `study${shortId()}`;
      const rows = [
        ...many(130, (n) => manifestRow(`${id}/m-${n}`)),
        ...many(30, (n) => prolificRow(`${id}/p-${n}`, study, n)),
        ...many(20, (n) => respondentRow(`${id}/r-${n}`)),
      ];
      killed.sandbox.faults.add({ provider: 'respondent', route: '*', kind: 'slow', delayMs: 60, times: 'always' });
      const starting = own.start(id, rows);
      for (const sent of [1, 80, 150]) {
        const worker = await startWorkerProcess(killed.env);
        await own.until(id, ({ byStatus }) => (byStatus.sent ?? 0) >= sent);
        await worker.kill();
      }
      await starting;
      await killed.startWorker();
      // Whom a killed worker may have asked to pay without a key is in doubt until the records show it, or for a person.
      await own.until(id, ({ byStatus }) => (byStatus.sent ?? 0) + (byStatus.in_doubt ?? 0) === rows.length);
      await own.until(id, ({ byStatus, byWait }) => (byStatus.sent ?? 0) + (byWait.person ?? 0) === rows.length);
      await own.start(id, rows);
      await own.agree(rows);
      expect(new Set(killed.sandbox.journal().map(({ key }) => key)).size).toBe(killed.sandbox.journal().length);
    } finally {
      await killed.stop();
    }
  }, 180_000);

  it('goes on where its group was terminated, once the sweep has come by', async () => {
    const id = `b${shortId()}`;
    const carrier = `batch/${id}/manifest/default/0`;
    stack.sandbox.faults.add({ ...MANIFEST, about: id, kind: 'status', status: 401, times: 1 });
    const rows = many(6, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.until(id, ({ byWait }) => byWait.operator === 6);
    const group = stack.client.workflow.getHandle(carrier);
    await until(
      () => group.describe(),
      ({ raw }) => (raw.pendingActivities ?? []).length === 0,
    );
    await group.terminate('a test');
    await sql`update payouts set next_at = next_at - interval '2 hours' where carrier = ${carrier}`.execute(
      stack.ledger.db,
    );
    const taskQueue = stack.env['PAYOUTS_TASK_QUEUE'] ?? '';
    await stack.client.workflow.execute('sweep', { workflowId: `sweep-${id}`, taskQueue, args: [] });
    const { status } = await group.describe();
    expect(status.name).toBe('RUNNING');
    await Promise.all(rows.map(({ request }) => stack.payouts.getHandle(request.reference).resume()));
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 6 });
    await bench.agree(rows);
  });

  it('whose group is reset to its start pays nobody again', async () => {
    const id = `b${shortId()}`;
    const rows = many(5, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.ended(id);
    const carrier = `batch/${id}/manifest/default/0`;
    const before = callsTo(MANIFEST);
    await (await resetToStart(stack.client, stack.client.workflow.getHandle(carrier))).result();
    expect(callsTo(MANIFEST)).toBe(before);
    await bench.agree(rows);
  });
});

describe('a row of a batch', () => {
  it('that is canceled while its group waits is not paid with the others', async () => {
    const id = `b${shortId()}`;
    stack.sandbox.faults.add({ ...MANIFEST, about: id, kind: 'status', status: 401, times: 1 });
    const rows = many(4, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.until(id, ({ byWait }) => byWait.operator === 4);
    expect(await stack.payouts.getHandle(`${id}/2`).cancel({ by: 'ada' })).toEqual({
      result: 'canceled',
      status: 'canceled',
    });
    const others = rows.filter(({ request }) => request.reference !== `${id}/2`);
    await Promise.all(others.map(({ request }) => stack.payouts.getHandle(request.reference).resume()));
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 3, canceled: 1 });
    await bench.agree(rows);
  });

  it('that is canceled in the doubt of its call forbids to make that call again, and nobody is paid by it', async () => {
    const id = `b${shortId()}`;
    stack.sandbox.faults.add({ ...MANIFEST, about: id, kind: 'error_before', times: 'always' });
    const rows = many(3, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.until(id, ({ byStatus }) => byStatus.in_doubt === 3);
    expect(await stack.payouts.getHandle(`${id}/1`).cancel({ by: 'ada' })).toMatchObject({ result: 'in_doubt' });
    stack.sandbox.faults.clear();
    const before = callsTo(MANIFEST);
    // The others are left to a person too: what was asked for together is not asked for again in parts.
    await bench.until(id, ({ byWait, byStatus }) => (byWait.person ?? 0) + (byStatus.canceled ?? 0) === 3);
    expect(callsTo(MANIFEST)).toBe(before);
    expect(stack.sandbox.journal().some(({ key }) => key.includes(id))).toBe(false);
    await bench.agree(rows);
  });

  it('that is started by its reference alone while its call is in doubt is seen, and not paid again', async () => {
    const id = `b${shortId()}`;
    stack.sandbox.faults.add({ ...MANIFEST, about: id, kind: 'reply_lost', times: 'always' });
    const rows = many(3, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.until(id, ({ byStatus }) => (byStatus.in_doubt ?? 0) > 0);
    await stack.payouts.start(rows[1]?.request);
    await stack.until(`${id}/1`, { status: 'sent' });
    stack.sandbox.faults.clear();
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 3 });
    await bench.agree(rows);
  });

  it('that is started by its reference while its group waits for the operator is paid alone, and the others without it', async () => {
    const id = `b${shortId()}`;
    stack.sandbox.faults.add({ ...MANIFEST, about: id, kind: 'status', status: 401, times: 1 });
    const rows = many(4, (n) => manifestRow(`${id}/${n}`));
    await bench.start(id, rows);
    await bench.until(id, ({ byWait }) => byWait.operator === 4);
    await stack.payouts.getHandle(`${id}/1`).resume();
    await stack.until(`${id}/1`, { status: 'sent' });
    await stack.client.workflow.getHandle(`batch/${id}/manifest/default/0`).signal('nudge');
    const others = rows.filter(({ request }) => request.reference !== `${id}/1`);
    await Promise.all(others.map(({ request }) => stack.payouts.getHandle(request.reference).resume()));
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 4 });
    await bench.agree(rows);
  });

  it('that a person calls not paid after a lost Prolific call is paid again alone, by its own call', async () => {
    const id = `b${shortId()}`;
    const study = `study${shortId()}`;
    stack.sandbox.faults.add({ ...PROLIFIC, about: study, kind: 'error_before', times: 1 });
    const rows = many(3, (n) => prolificRow(`${id}/${n}`, study, n));
    await bench.start(id, rows);
    await bench.until(id, ({ byWait }) => byWait.person === 3);
    const said = { paid: false, payAgain: true, by: 'ada', evidence: 'no such bonus in the workspace' };
    await stack.payouts.getHandle(`${id}/0`).resolve(said);
    await stack.until(`${id}/0`, { status: 'sent' });
    expect(await stack.show(`${id}/1`)).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
    const paid = await until(
      () => stack.sandbox.journal().filter(({ key }) => key.includes(study)),
      (payments) => payments.length > 0,
    );
    expect(paid).toHaveLength(1);
    await bench.agree(rows);
  });
});

it('a cancel that starts the workflow of a claimed payout counts before anything is paid', async () => {
  const { request } = manifestRow(`b${shortId()}/orphan`);
  const account = { provider: 'manifest', account: 'default', host: stack.env['MANIFEST_BASE_URL'] ?? '' };
  const { salt } = await stack.ledger.transaction((tx) => tx.standing());
  const credentials = hashCredentials(stack.env['MANIFEST_API_KEY'] ?? '', salt);
  const { reference } = request;
  // As a batch leaves it whose group was terminated before its first step.
  await stack.ledger.transaction((tx) =>
    tx.claimAll([{ ...account, reference, credentials, request, carrier: 'batch/gone/manifest/default/0' }]),
  );
  expect(await stack.payouts.getHandle(reference).cancel({ by: 'ada' })).toEqual({
    result: 'canceled',
    status: 'canceled',
  });
  expect(await stack.show(reference)).toMatchObject({ status: 'canceled', exchanges: [] });
  await stack.expectAgreement(reference);
});
