import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { batchBench, many, manifestRow, prolificRow, respondentRow, type BatchBench } from '../support/batch.js';
import { shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

let stack: TestStack;
let bench: BatchBench;
beforeAll(async () => {
  stack = await startPayouts();
  bench = batchBench(stack);
});
afterAll(() => stack.stop());

const start: BatchBench['start'] = (id, rows) => bench.start(id, rows);
const ended: BatchBench['ended'] = (id) => bench.ended(id);
const agree: BatchBench['agree'] = (rows) => bench.agree(rows);

/** How often a route was asked since the test began. */
let before = 0;
beforeEach(() => {
  before = stack.sandbox.requests().length;
});
const calls = (route: string): number =>
  stack.sandbox
    .requests()
    .slice(before)
    .filter((request) => request.route === route).length;
const MANIFEST = 'POST /payout/batch';
const PROLIFIC = 'POST /bulk-bonus-payments/:id/pay/';
test('a batch pays each of its rows once, those of one call together, and the same file again pays nothing', async () => {
  const id = `b${shortId()}`;
  const study = `study${shortId()}`;
  const rows = [
    ...many(120, (n) => manifestRow(`${id}/m-${n}`)),
    ...many(40, (n) => prolificRow(`${id}/p-${n}`, study, n)),
    ...many(6, (n) => respondentRow(`${id}/r-${n}`)),
  ];
  expect(await start(id, rows)).toEqual({ batchId: id, started: true, total: rows.length });
  expect(await ended(id)).toMatchObject({ total: 166, waiting: 0, refused: 0, byStatus: { sent: 166 } });
  expect(calls(MANIFEST)).toBe(2);
  expect(calls(PROLIFIC)).toBe(1);

  expect(await start(id, rows)).toMatchObject({ started: false });
  await stack.client.workflow.getHandle(`batch/${id}`).result();
  expect(calls(MANIFEST)).toBe(2);
  expect(calls(PROLIFIC)).toBe(1);
  await agree(rows);
});

test('a row that makes Manifest refuse a batch ends in error with its message, and the others are paid under another key', async () => {
  const id = `b${shortId()}`;
  const rows = many(9, (n) => manifestRow(`${id}/${n}`, n === 4 ? { accountConnection: 'acon_refused_one' } : {}));
  await start(id, rows);
  expect((await ended(id)).byStatus).toEqual({ sent: 8, error: 1 });
  expect((await stack.show(`${id}/4`)).evidence).toContain("have not requested the 'payment.credit' permission");
  expect(calls(MANIFEST)).toBe(2);
  await agree(rows);
});

test('where a refusal names no row of ours, each is asked for alone, and no key is tried after the other', async () => {
  const id = `b${shortId()}`;
  stack.sandbox.faults.add({ provider: 'manifest', route: MANIFEST, about: id, kind: 'status', status: 400, times: 1 });
  const rows = many(4, (n) => manifestRow(`${id}/${n}`));
  await start(id, rows);
  expect((await ended(id)).byStatus).toEqual({ sent: 4 });
  expect(calls(MANIFEST)).toBe(1);
  expect(calls('POST /payout')).toBe(4);
  await agree(rows);
});

test('a Manifest batch whose reply was lost is repeated under its own key, and pays nobody twice', async () => {
  const id = `b${shortId()}`;
  stack.sandbox.faults.add({ provider: 'manifest', route: MANIFEST, about: id, kind: 'reply_lost', times: 2 });
  const rows = many(12, (n) => manifestRow(`${id}/${n}`));
  await start(id, rows);
  expect((await ended(id)).byStatus).toEqual({ sent: 12 });
  expect(calls(MANIFEST)).toBe(3);
  await agree(rows);
});

test('a Prolific bulk whose reply was lost puts its rows in doubt together, and its records settle them one by one', async () => {
  const id = `b${shortId()}`;
  const study = `study${shortId()}`;
  stack.sandbox.faults.add({ provider: 'prolific', route: PROLIFIC, about: study, kind: 'reply_lost', times: 1 });
  const rows = many(5, (n) => prolificRow(`${id}/${n}`, study, n));
  await start(id, rows);
  expect((await ended(id)).byStatus).toEqual({ sent: 5 });
  expect(calls(PROLIFIC)).toBe(1);
  const { history } = await stack.show(`${id}/3`);
  expect(history.map(({ status }) => status)).toContain('in_doubt');
  await agree(rows);
});

test('rows of another content, and those that differ in case only, are refused by name; the others are paid', async () => {
  const id = `b${shortId()}`;
  await stack.pay(manifestRow(`${id}/taken`).request);
  const rows = [manifestRow(`${id}/taken`, { amountMinor: 99 }), manifestRow(`${id}/TAKEN`), manifestRow(`${id}/free`)];
  await start(id, rows);
  expect(await ended(id)).toMatchObject({ refused: 2, byStatus: { sent: 1 } });
  const refusals: (string | undefined)[] = [];
  for await (const one of bench.batches.rows(id)) refusals.push((one as { refusal?: string }).refusal);
  expect(refusals).toEqual([
    expect.stringContaining('amountMinor'),
    expect.stringContaining('differs only in case'),
    undefined,
  ]);
  await agree([manifestRow(`${id}/taken`), manifestRow(`${id}/free`)]);
});

test('another file under the same id is refused, and what was begun goes on', async () => {
  const id = `b${shortId()}`;
  const rows = many(3, (n) => manifestRow(`${id}/${n}`));
  await start(id, rows);
  await expect(start(id, [manifestRow(`${id}/0`, { amountMinor: 7 }), ...rows.slice(1)])).rejects.toMatchObject({
    code: 'BatchConflict',
  });
  expect((await ended(id)).byStatus).toEqual({ sent: 3 });
  await agree(rows);
});

test('two bonuses on one submission are paid one after the other, and a row with a date has a life of its own', async () => {
  const id = `b${shortId()}`;
  const study = `study${shortId()}`;
  const rows = [
    prolificRow(`${id}/a`, study, 1),
    prolificRow(`${id}/b`, study, 1, { amountMinor: 300 }),
    prolificRow(`${id}/c`, study, 2, { scheduledAt: new Date(Date.now() + 2_000).toISOString() }),
  ];
  await start(id, rows);
  expect((await ended(id)).byStatus).toEqual({ sent: 3 });
  expect(calls(PROLIFIC)).toBe(3);
  await agree(rows);
});

test('a payout that is started after a long batch does not wait for it, not even where requests are scarce', async () => {
  const scarce = await startPayouts({ env: { RESPONDENT_REQUESTS_PER_SECOND: '20' } });
  try {
    const own = batchBench(scarce);
    const id = `b${shortId()}`;
    await own.start(
      id,
      many(300, (n) => respondentRow(`${id}/${n}`)),
    );
    await own.until(id, ({ byStatus }) => (byStatus.sent ?? 0) > 0);
    await scarce.pay(respondentRow(`${id}-single`).request);
    const progress = await own.batches.progress(id);
    // Of 300 rows, at 20 requests a second and three or four for each.
    expect(progress?.byStatus.sent ?? 0).toBeLessThan(150);
    await scarce.expectAgreement(`${id}-single`);
  } finally {
    await scarce.stop();
  }
});
