import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/payout/outcome.js';
import { composeCall } from '../../../src/providers/manifest/compose-call.js';
import { manifest } from '../../../src/providers/manifest/index.js';
import { batchSchema, refusalSchema } from '../../../src/providers/manifest/schemas.js';
import { connect, connectToSandbox, makeRequest, makeRow, neverEnds, startOutsider } from './support.js';

const IDENTIFIED = { kind: 'identified' } as const;

describe('preparing', () => {
  it('needs no reads, no lanes and no set-up', async () => {
    const { account, asked } = await connectToSandbox();
    expect(await account.identify(makeRequest())).toEqual(IDENTIFIED);
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toMatchObject({ kind: 'prepared' });
    expect(asked()).toEqual([]);
    expect(manifest).toMatchObject({
      name: 'manifest',
      contract: 'idempotent',
      scheduling: 'provider',
      settleMs: 120_000,
      preparation: 'none',
    });
  });

  it('composes the whole call from the request', () => {
    const request = makeRequest({
      description: 'Thank you',
      scheduledAt: '2026-12-24T09:00:00.000Z',
      metadata: { wave: 3 },
    });
    expect(composeCall(request)).toEqual({
      method: 'POST',
      path: '/payout',
      body:
        '{"account_connection":"acon_X","amount_in_cents":1500,"description":"Thank you",' +
        '"date":"2026-12-24T09:00:00.000Z","user_data":{"wave":3,"payout_reference":"study-42/p-007"}}',
    });
    expect(composeCall(makeRequest()).body).toBe(
      '{"account_connection":"acon_X","amount_in_cents":1500,"user_data":{"payout_reference":"study-42/p-007"}}',
    );
  });

  it('repeats an earlier call byte for byte, whatever the request says by now', async () => {
    const { account } = await connectToSandbox();
    const earlier: Call = { method: 'POST', path: '/payout', body: '{ "older" : "form" }' };
    const prepared = await account.prepare(makeRequest({ metadata: { other: true } }), IDENTIFIED, earlier);
    expect(prepared).toEqual({ kind: 'prepared', call: earlier });
  });
});

describe('the paying call', () => {
  it('pays, and tells what it sees', async () => {
    const { account, sandbox } = await connectToSandbox();
    const outcome = await account.pay(composeCall(makeRequest()), 'key');
    const [payment] = sandbox.journal();
    expect(payment).toMatchObject({ key: 'manifest/study-42/p-007', amountMinor: 1500 });
    expect(outcome).toEqual({
      kind: 'accepted',
      httpStatus: 201,
      seen: {
        status: 'created',
        providerReference: payment?.providerReference,
        amountMinor: 1500,
        mayReturn: false,
        date: '2026-12-01T09:00:00.000Z',
      },
    });
    expect(sandbox.requests()).toMatchObject([{ route: 'POST /payout', idempotencyKey: 'key' }]);
  });

  it('pays once for the same key and bytes, and is in doubt with other bytes', async () => {
    const { account, sandbox } = await connectToSandbox();
    const call = composeCall(makeRequest());
    const first = await account.pay(call, 'key');
    expect(await account.pay(call, 'key')).toEqual(first);
    expect(await account.pay(composeCall(makeRequest({ amountMinor: 1600 })), 'key')).toMatchObject({
      kind: 'ambiguous',
      httpStatus: 409,
      cause: expect.stringContaining('used with another body') as string,
    });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it.each([
    [{ kind: 'no_connection' }, { kind: 'ambiguous' }, 0],
    [{ kind: 'reply_lost' }, { kind: 'ambiguous' }, 1],
    [{ kind: 'error_before', status: 503 }, { kind: 'ambiguous', httpStatus: 503 }, 0],
    [{ kind: 'error_after' }, { kind: 'ambiguous', httpStatus: 500 }, 1],
    [{ kind: 'rate_limited' }, { kind: 'ambiguous', httpStatus: 429 }, 0],
    [{ kind: 'never_answers' }, { kind: 'ambiguous' }, 0],
    [{ kind: 'never_answers', afterEffect: true }, { kind: 'ambiguous' }, 1],
    [{ kind: 'garbage_body' }, { kind: 'accepted', note: 'the body of the reply could not be read' }, 1],
    [{ kind: 'slow', delayMs: 900, afterEffect: true }, { kind: 'ambiguous' }, 1],
    [{ kind: 'status', status: 401 }, { kind: 'rejected', reason: 'unauthorized', mend: 'operator' }, 0],
    [{ kind: 'status', status: 403 }, { kind: 'rejected', reason: 'forbidden', mend: 'operator' }, 0],
    [{ kind: 'status', status: 404 }, { kind: 'rejected', reason: 'not_found', mend: 'never' }, 0],
    [{ kind: 'status', status: 307 }, { kind: 'ambiguous', httpStatus: 307 }, 0],
    [{ kind: 'status', status: 408 }, { kind: 'ambiguous', httpStatus: 408 }, 0],
  ] as const)('%j', async (fault, outcome, paid) => {
    const { account, impatient, addFault, sandbox, asked } = await connectToSandbox();
    addFault('create', fault);
    const call = composeCall(makeRequest());
    expect(await (neverEnds(fault) ? impatient : account).pay(call, 'key')).toMatchObject(outcome);
    expect(sandbox.journal()).toHaveLength(paid);
    expect(asked()).toEqual(['create']);
    // Whatever it was: the same key and bytes again pay no second time.
    expect(await account.pay(call, 'key')).toMatchObject({ kind: 'accepted', seen: { amountMinor: 1500 } });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it.each([
    ['acon_refused', "You have not requested the 'payment.credit' permission from this account connection."],
    ['acon_deleted', 'Deleted account connections cannot receive payouts.'],
  ])('is refused for %s', async (accountConnection, message) => {
    const { account, sandbox } = await connectToSandbox();
    expect(await account.pay(composeCall(makeRequest({ accountConnection })), 'key')).toEqual({
      kind: 'rejected',
      httpStatus: 400,
      reason: 'invalid',
      mend: 'never',
      message: `Manifest answered 400: ${message}`,
    });
    expect(sandbox.journal()).toEqual([]);
  });

  it('has provably sent nothing when the connection is refused', async () => {
    const { account, sandbox } = await connectToSandbox();
    await sandbox.refuse('manifest');
    expect(await account.pay(composeCall(makeRequest()), 'key')).toEqual({ kind: 'unsent', cause: 'ECONNREFUSED' });
    await sandbox.accept('manifest');
    expect(await account.pay(composeCall(makeRequest()), 'key')).toMatchObject({ kind: 'accepted' });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it('is in doubt when a kept connection turns out to be closed: the key allows a repeat', async () => {
    const { account, sandbox } = await connectToSandbox();
    await account.check();
    await sandbox.refuse('manifest');
    expect(['ambiguous', 'unsent']).toContain((await account.pay(composeCall(makeRequest()), 'key')).kind);
    await sandbox.accept('manifest');
    expect(await account.pay(composeCall(makeRequest()), 'key')).toMatchObject({ kind: 'accepted' });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it('keeps the words of a refusal, but no credentials in them', async () => {
    const { sandbox } = await connectToSandbox();
    const account = connect({ ...sandbox.env, MANIFEST_API_KEY: 'Unauthorized' });
    const outcome = await account.pay(composeCall(makeRequest()), 'key');
    expect(outcome).toMatchObject({ kind: 'rejected', httpStatus: 401 });
    expect(JSON.stringify(outcome)).not.toContain('Unauthorized');
  });
});

describe('another server than our sandbox', () => {
  it.each([
    [{}, `Basic ${btoa('made-up-key:')}`],
    [{ MANIFEST_AUTH: 'bearer' }, 'Bearer made-up-key'],
  ])('is asked for exactly this, with the settings %j', async (settings, authorization) => {
    const { account, asked } = await startOutsider(() => ({ status: 201, json: makeRow('pay_A') }), settings);
    const call = composeCall(makeRequest({ description: 'Für dich 🙂' }));
    await account.pay(call, 'key of study-42/p-007');
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/payout',
        query: {},
        body: call.body,
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'key of study-42/p-007' },
      },
    ]);
  });

  it.each([
    ['nothing', { status: 200 }],
    ['markup', { status: 200, text: '<html>' }],
    ['another shape', { status: 202, json: { payout: makeRow('pay_A') } }],
    ['an id that is none', { status: 201, json: { ...makeRow('pay_A'), id: 7 } }],
    ['somebody else’s payout', { status: 201, json: makeRow('pay_A', 'study-42/p-008') }],
  ])('accepts by 2xx with %s, unseen', async (_name, answer) => {
    const { account } = await startOutsider(() => answer);
    const outcome = await account.pay(composeCall(makeRequest()), 'key');
    expect(outcome).toMatchObject({ kind: 'accepted', note: expect.any(String) as string });
    expect(outcome).not.toHaveProperty('seen');
  });

  it('is not followed to another place', async () => {
    const { account, asked } = await startOutsider(() => ({ status: 308 }));
    expect(await account.pay(composeCall(makeRequest()), 'key')).toMatchObject({ kind: 'ambiguous', httpStatus: 308 });
    expect(asked).toHaveLength(1);
  });

  it('is told nothing again when a call of other bytes is none of JSON', async () => {
    const { account, asked } = await startOutsider(() => ({ status: 400, json: { message: 'No JSON.' } }));
    const call: Call = { method: 'POST', path: '/payout', body: '{' };
    expect(await account.pay(call, 'key')).toMatchObject({ kind: 'rejected', httpStatus: 400 });
    expect(asked).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('is created whole, under one key', async () => {
    const { api, sandbox } = await connectToSandbox();
    const bodies = ['a', 'b'].map((reference) => composeCall(makeRequest({ reference })).body);
    const result = await api.payBatch(`[${bodies.join(',')}]`, 'key');
    expect(result).toMatchObject({ kind: 'reply', status: 201 });
    const json = result.kind === 'reply' ? result.json : undefined;
    expect(batchSchema.parse(json).rows.map(({ reference }) => reference)).toEqual(['a', 'b']);
    await api.payBatch(`[${bodies.join(',')}]`, 'key');
    expect(sandbox.journal().map(({ key }) => key)).toEqual(['manifest/a', 'manifest/b']);
  });

  it('is refused whole, naming the bad row by its tag', async () => {
    const { api, sandbox } = await connectToSandbox();
    const rows = [makeRequest({ reference: 'a' }), makeRequest({ reference: 'b', accountConnection: 'acon_deleted' })];
    const result = await api.payBatch(`[${rows.map((row) => composeCall(row).body).join(',')}]`, 'key');
    const refusal = refusalSchema.parse(result.kind === 'reply' ? result.json : undefined);
    expect(refusal.details).toMatchObject([{ request: { user_data: { payout_reference: 'b' } } }]);
    expect(sandbox.journal()).toEqual([]);
  });
});
