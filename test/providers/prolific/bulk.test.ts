import { afterEach, describe, expect, it } from 'vitest';
import type { BulkCalls, BulkRow, Identified } from '../../../src/providers/provider.js';
import type { ProlificRequest } from '../../../src/payout/request.js';
import { aRequest, connectTo, json, startOutsider, type Asked, type Outsider } from './support.js';

let server: Outsider | undefined;
afterEach(async () => {
  await server?.stop();
});

const row = (n: number, more: object = {}) => ({
  id: `study43-s${n}`,
  participant_id: `p${n}`,
  status: 'APPROVED',
  bonus_payments: [100 * n],
  ...more,
});
const setUp = { id: 'b1', total_amount: 733.34, study: 'study43', amount: 550, fees: 183.34, vat: 0 };

interface Answers {
  readonly listed?: readonly object[];
  readonly setUp?: object;
  readonly setUpStatus?: number;
  readonly alone?: object;
}

async function bulkAt({
  listed = [row(1), row(2)],
  alone = {},
  ...answers
}: Answers): Promise<BulkCalls<ProlificRequest>> {
  server = await startOutsider(({ method, path }: Asked) => {
    if (method === 'POST') return json(answers.setUpStatus ?? 201, answers.setUp ?? setUp);
    if (path.startsWith('/studies/')) return json(200, { results: listed, meta: { count: listed.length } });
    return json(200, { ...row(2), study_id: 'study43', participant: 'p2', ...alone });
  });
  return connectTo(server.env).bulk as BulkCalls<ProlificRequest>;
}

const first = aRequest({ reference: 'a', submissionId: 'study43-s1', amountMinor: 250 });
const second = aRequest({ reference: 'b', submissionId: 'study43-s2', amountMinor: 300 });
const { submissionId: _none, ...unnamed } = first;
const identity = (subject: string): Identified => ({ kind: 'identified', subject });
const ROWS: readonly BulkRow<ProlificRequest>[] = [
  { request: first, identity: identity('study43-s1') },
  { request: second, identity: identity('study43-s2') },
];
const asked = () => server?.asked.map(({ method, path }) => `${method} ${path}`);

describe('a bulk bonus for several submissions', () => {
  it('is set up once, with a snapshot of each, and the call that pays it', async () => {
    const bulk = await bulkAt({});
    expect(await bulk.prepare(ROWS)).toEqual({
      kind: 'prepared',
      call: { method: 'POST', path: '/bulk-bonus-payments/b1/pay/', body: '{}' },
      snapshots: {
        a: { submissionId: 'study43-s1', bonusPayments: [100] },
        b: { submissionId: 'study43-s2', bonusPayments: [200] },
      },
    });
    expect(JSON.parse(server?.asked.at(-1)?.body ?? '')).toEqual({
      study_id: 'study43',
      csv_bonuses: 'study43-s1,2.50\nstudy43-s2,3.00',
    });
  });

  it.each([
    ['an amount that differs', { ...setUp, amount: 551 }],
    ['a total below the amounts', { ...setUp, amount: null, total_amount: 549 }],
    ['a total of pounds for pence', { ...setUp, amount: null, total_amount: 55_000 }],
    ['another currency', { ...setUp, currency: 'USD' }],
  ])('is not paid where its set-up answers %s: each is asked for alone', async (_what, answer) => {
    expect(await (await bulkAt({ setUp: answer })).prepare(ROWS)).toMatchObject({ kind: 'apart' });
  });

  it('that is refused as a whole is taken apart, so that each hears what is wrong with it', async () => {
    const bulk = await bulkAt({ setUpStatus: 400, setUp: { error: { detail: 'study43-s2 has not taken part' } } });
    expect(await bulk.prepare(ROWS)).toMatchObject({ kind: 'apart' });
  });

  it('reads alone what the list does not show, and never takes a list without bonuses for no bonuses', async () => {
    const silent = await bulkAt({ listed: [row(1), row(2, { bonus_payments: undefined })] });
    expect(await silent.prepare(ROWS)).toMatchObject({ snapshots: { b: { bonusPayments: [200] } } });
    expect(asked()).toContain('GET /submissions/study43-s2/');
    await server?.stop();
    const missing = await bulkAt({ listed: [row(1)], alone: { study_id: 'study44' } });
    expect(await missing.prepare(ROWS)).toMatchObject({ kind: 'apart' });
  });

  it('names participants by the one submission that each has, and leaves out whom the list does not settle', async () => {
    const twice = [row(1), row(2), row(3, { participant_id: 'p2' })];
    const requests = [
      { ...unnamed, participantId: 'p1' },
      { ...unnamed, reference: 'b', participantId: 'p2' },
      { ...unnamed, reference: 'c', participantId: 'p9' },
    ];
    const identified = await (await bulkAt({ listed: twice })).identify(requests);
    expect(identified).toMatchObject({ kind: 'identified' });
    const { identities } = identified as Extract<typeof identified, { kind: 'identified' }>;
    expect([...identities]).toEqual([['a', expect.objectContaining({ subject: 'study43-s1' })]]);
    await server?.stop();
    // A row that nobody can read may be a second submission of anybody.
    const doubtful = await (await bulkAt({ listed: [row(1), { id: 7 }] })).identify(requests);
    expect(doubtful).toMatchObject({ kind: 'identified', identities: new Map() });
  });

  it('is seen row by row in the list, by what grew since its snapshot', async () => {
    const bulk = await bulkAt({ listed: [row(1, { bonus_payments: [100, 250] }), row(2)] });
    const seen = await bulk.lookUp([
      { request: first, snapshot: { submissionId: 'study43-s1', bonusPayments: [100] }, controls: [] },
      { request: second, snapshot: { submissionId: 'study43-s2', bonusPayments: [200] }, controls: [] },
    ]);
    expect(seen.get('a')).toMatchObject({ kind: 'present', seen: { status: 'sent', amountMinor: 250 } });
    expect(seen.get('b')).toMatchObject({ kind: 'absent', proven: false });
  });
});
