import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchBench, many, respondentRow, type BatchBench } from '../support/batch.js';
import { shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

const COUNTS = 'GET /v1/projects/:projectId/screener-responses/payouts';
const PAY = 'POST /v1/projects/:projectId/screener-responses/:screenerResponseId/payouts';

let stack: TestStack;
let bench: BatchBench;
beforeAll(async () => {
  stack = await startPayouts();
  bench = batchBench(stack);
});
afterAll(() => stack.stop());

/** How many requests came in on a route since then. */
function asking(route: string): () => number {
  const all = () => stack.sandbox.requests().filter((request) => request.route === route).length;
  const before = all();
  return () => all() - before;
}

const callsFor = async (reference: string): Promise<number> => (await stack.show(reference)).exchanges.length;

/** Rows of a project of their own, with screener responses whose names say which row they are. */
function rowsOf(count: number) {
  const id = `b${shortId()}`;
  const rows = many(count, (n) => respondentRow(`${id}/${n}`, { projectId: id, screenerResponseId: `${id}-${n}` }));
  return { id, rows };
}

/** A batch whose records are being read for all, and that takes so long that a person has time to say something. */
async function startedAndReading(count: number) {
  const { id, rows } = rowsOf(count);
  stack.sandbox.faults.add({
    provider: 'respondent',
    route: COUNTS,
    about: id,
    kind: 'slow',
    delayMs: 900,
    times: 1,
  });
  const reads = asking(COUNTS);
  await bench.start(id, rows);
  await until(
    async () => reads(),
    (reading) => reading > 0,
  );
  return { id, rows };
}

describe('payouts that are asked for one by one in a batch', () => {
  it('share the readings of their project, and are paid once each', async () => {
    const { id, rows } = rowsOf(24);
    const [calls, reads] = [asking(PAY), asking(COUNTS)];
    await bench.start(id, rows);
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 24 });
    expect(calls()).toBe(24);
    // One before each eight calls, and those that follow them to their end.
    expect(reads()).toBeLessThan(12);
    await bench.agree(rows);
  });

  it('are each paid by the number of its own where two concern the same screener response', async () => {
    const { id, rows } = rowsOf(3);
    const second = respondentRow(`${id}/second`, { projectId: id, screenerResponseId: `${id}-1`, payoutCount: 2 });
    await bench.start(id, [second, ...rows]);
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 4 });
    await bench.agree([second, ...rows]);
  });

  it('are paid once where two of them ask for the same payment, and the other one says so', async () => {
    const { id, rows } = rowsOf(3);
    const same = respondentRow(`${id}/same`, { projectId: id, screenerResponseId: `${id}-1` });
    await bench.start(id, [...rows, same]);
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 3, error: 1 });
    await bench.agree([...rows, same]);
  });

  it('are not held up by one that is refused, and it alone ends in error', async () => {
    const { id, rows } = rowsOf(4);
    const refused = respondentRow(`${id}/refused`, { projectId: id, screenerResponseId: `refused-${id}` });
    await bench.start(id, [...rows, refused]);
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 4, error: 1 });
    await bench.agree([...rows, refused]);
  });

  it('are in doubt alone: whose reply was lost is looked for, and the others are paid meanwhile', async () => {
    const { id, rows } = rowsOf(8);
    const lost = { provider: 'respondent', route: PAY, about: `${id}-3`, kind: 'reply_lost', times: 1 } as const;
    stack.sandbox.faults.add(lost);
    await bench.start(id, rows);
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 8 });
    expect(await callsFor(`${id}/3`)).toBe(1);
    expect((await stack.show(`${id}/3`)).history.map(({ status }) => status)).toContain('in_doubt');
    await bench.agree(rows);
  });

  it('are not paid where one is canceled after the records were read for all', async () => {
    const { id, rows } = await startedAndReading(6);
    expect(await stack.payouts.getHandle(`${id}/2`).cancel({ by: 'ada' })).toMatchObject({ result: 'canceled' });
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 5, canceled: 1 });
    expect(await callsFor(`${id}/2`)).toBe(0);
    await bench.agree(rows);
  });

  it('are paid once where one is started by its own reference after the records were read for all', async () => {
    const { id, rows } = await startedAndReading(6);
    await stack.payouts.start(rows[4]?.request);
    await stack.until(`${id}/4`, { status: 'sent' });
    expect((await bench.ended(id)).byStatus).toEqual({ sent: 6 });
    expect(await callsFor(`${id}/4`)).toBe(1);
    await bench.agree(rows);
  });

  it('keep to the limit of their account, and those that it holds back are paid later', async () => {
    const own = await startPayouts({ env: { RESPONDENT_REQUESTS_PER_SECOND: '20' } });
    try {
      const { id, rows } = rowsOf(10);
      const scarce = batchBench(own);
      await scarce.start(id, rows);
      expect((await scarce.ended(id)).byStatus).toEqual({ sent: 10 });
      await scarce.agree(rows);
    } finally {
      await own.stop();
    }
  });
});
