import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { readList, readRequest, readShow } from '../../src/ledger/read.js';
import { claim, makeLedger, openExchange, rule } from '../support/ledger.js';
import { manifestRequest, prolificRequest, respondentRequest, shortId } from '../support/requests.js';

const INSTANT = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/) as string;

describe('what is read of a payout', () => {
  it('is what was claimed, before anything was sent', async () => {
    const ledger = await makeLedger();
    const request = manifestRequest({ scheduledAt: '2099-12-24T10:00:00+01:00', metadata: { wave: '3' } });
    await ledger.transaction((tx) => claim(tx, request));
    expect(await readShow(ledger.db, request.reference)).toEqual({
      reference: request.reference,
      provider: 'manifest',
      account: 'default',
      status: 'created',
      waitingFor: 'nothing',
      evidence: 'accepted and claimed',
      providerReference: null,
      amountMinor: 1500,
      currency: 'USD',
      scheduledAt: '2099-12-24T09:00:00.000Z',
      cancelableUntil: null,
      exchanges: [],
      history: [{ at: INSTANT, status: 'created', evidence: 'accepted and claimed' }],
    });
    expect(await readRequest(ledger.db, request.reference)).toEqual({
      ...request,
      account: 'default',
      scheduledAt: '2099-12-24T09:00:00.000Z',
    });
  });

  it('names every exchange with its outcome, and the open one as open', async () => {
    const ledger = await makeLedger();
    const request = prolificRequest();
    const { reference } = request;
    await ledger.transaction(async (tx) => {
      const exchangeId = await openExchange(tx, await claim(tx, request));
      await tx.recordOutcome(exchangeId, { kind: 'unsent', cause: 'ECONNREFUSED' });
    });
    await ledger.transaction(async (tx) => {
      const facts = await tx.facts(reference);
      if (facts) await openExchange(tx, facts);
    });
    const show = await readShow(ledger.db, reference);
    expect(show?.exchanges).toEqual([
      { at: INSTANT, outcome: 'unsent' },
      { at: INSTANT, outcome: 'open' },
    ]);
  });

  it('keeps its history in order, and the newest thirty changes of a long one', async () => {
    const ledger = await makeLedger();
    const request = prolificRequest();
    const { reference } = request;
    await ledger.transaction((tx) => claim(tx, request));
    for (let hour = 0; hour < 40; hour += 1) {
      const scheduledAt = new Date(Date.UTC(2099, 0, 1, hour)).toISOString();
      await ledger.transaction(async (tx) => {
        await tx.recordDecision(reference, { kind: 'reschedule', by: 'ada', scheduledAt }, `message-${hour}`);
        const facts = await tx.facts(reference);
        if (facts) await rule(tx, facts);
      });
    }
    const history = (await readShow(ledger.db, reference))?.history ?? [];
    expect(history).toHaveLength(30);
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
    expect(history.at(-1)?.evidence).toBe('waits for 2099-01-02T15:00:00.000Z');
  });

  it('is nothing where nobody has claimed the reference', async () => {
    const ledger = await makeLedger();
    expect(await readShow(ledger.db, 'unknown')).toBeUndefined();
    expect(await readRequest(ledger.db, 'unknown')).toBeUndefined();
  });
});

describe('the list', () => {
  it('gives what matches, the oldest status first', async () => {
    const ledger = await makeLedger();
    const scheduledAt = '2099-01-01T00:00:00.000Z';
    const requests = [
      manifestRequest(),
      prolificRequest({ scheduledAt }),
      respondentRequest({ expectedIncentiveMinor: 5000, tipMinor: 250 }),
      respondentRequest(),
    ];
    for (const request of requests)
      await ledger.transaction(async (tx) => {
        const facts = await claim(tx, request);
        if ('scheduledAt' in request) await rule(tx, facts);
      });
    const all = await readList(ledger.db, {});
    expect(all.map(({ reference, amountMinor, currency }) => [reference, amountMinor, currency])).toEqual([
      [requests[0]?.reference, 1500, 'USD'],
      [requests[1]?.reference, 250, 'GBP'],
      [requests[2]?.reference, 5250, 'USD'],
      [requests[3]?.reference, null, 'USD'],
    ]);
    expect(all[0]).toEqual({
      reference: requests[0]?.reference,
      provider: 'manifest',
      account: 'default',
      status: 'created',
      waitingFor: 'nothing',
      evidence: 'accepted and claimed',
      providerReference: null,
      amountMinor: 1500,
      currency: 'USD',
      since: INSTANT,
    });
    const references = async (filter: Parameters<typeof readList>[1]) =>
      (await readList(ledger.db, filter)).map(({ reference }) => reference);
    expect(await references({ status: 'ready' })).toEqual([requests[1]?.reference]);
    expect(await references({ waitingFor: 'date' })).toEqual([requests[1]?.reference]);
    expect(await references({ status: 'created', limit: 2 })).toEqual([requests[0]?.reference, requests[2]?.reference]);
    expect(await references({ status: 'sent' })).toEqual([]);
  });
});

it('a user who may only read can show and list, and can change nothing', async () => {
  const ledger = await makeLedger();
  const request = manifestRequest();
  await ledger.transaction((tx) => claim(tx, request));
  const reader = `reader_${shortId()}`;
  for (const statement of [
    `create role ${reader} login`,
    `grant usage on schema public to ${reader}`,
    `grant select on all tables in schema public to ${reader}`,
  ])
    await sql.raw(statement).execute(ledger.db);
  const url = new URL(ledger.url);
  url.username = reader;
  const readOnly = openLedger({ url: url.href, maxConnections: 1 });
  onTestFinished(() => readOnly.close());

  expect(await readShow(readOnly.db, request.reference)).toMatchObject({ status: 'created' });
  expect(await readList(readOnly.db, {})).toHaveLength(1);
  await expect(readOnly.transaction((tx) => claim(tx, manifestRequest()))).rejects.toThrow(/permission denied/);
  await expect(sql`update payouts set status = 'sent'`.execute(readOnly.db)).rejects.toThrow(/permission denied/);
});
