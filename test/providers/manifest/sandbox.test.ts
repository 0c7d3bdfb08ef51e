import { describe, expect, it, onTestFinished } from 'vitest';
import {
  manifestJournalKey,
  manifestSandbox,
  type ManifestSandboxOptions,
} from '../../../src/providers/manifest/sandbox.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { makeRequest, START_MS } from './support.js';

type Fields = Readonly<Record<string, unknown>>;

const BODY: Fields = { account_connection: 'acon_X', amount_in_cents: 1500 };
const DAY_MS = 24 * 60 * 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** The sandbox, asked as anybody could ask it: without a line of our adapter. */
async function start(options: ManifestSandboxOptions = {}) {
  let nowMs = START_MS;
  const sandbox = await startSandbox({ providers: [manifestSandbox(options)], now: () => nowMs });
  onTestFinished(() => sandbox.stop());
  const { MANIFEST_BASE_URL, MANIFEST_API_KEY } = sandbox.env;
  const basic = `Basic ${Buffer.from(`${MANIFEST_API_KEY}:`).toString('base64')}`;

  const send = async (method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) => {
    const reply = await fetch(`${MANIFEST_BASE_URL}${path}`, {
      method,
      headers: { authorization: basic, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: reply.status, json: (await reply.json()) as Fields };
  };
  const create = async (changes: Fields = {}): Promise<string> => {
    const { status, json } = await send('POST', '/payout', JSON.stringify({ ...BODY, ...changes }));
    expect(status).toBe(201);
    return json['id'] as string;
  };
  const read = async (id: string): Promise<Fields> => (await send('GET', `/payout/${id}`)).json;
  return {
    sandbox,
    send,
    create,
    read,
    statusOf: async (id: string) => (await read(id))['status'],
    put: (id: string, change: unknown) => send('PUT', `/payout/${id}`, JSON.stringify(change)),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** The statuses that a payout shows, each at the millisecond at which it begins. */
async function walk(changes: Fields, pauses: readonly number[]) {
  const { create, statusOf, pass, sandbox } = await start({ returnAfterMs: 5_000 });
  const id = await create(changes);
  const seen = [await statusOf(id)];
  for (const ms of pauses) {
    pass(ms - 1);
    expect(await statusOf(id)).toBe(seen.at(-1));
    pass(1);
    seen.push(await statusOf(id));
  }
  return { seen, state: sandbox.journal()[0]?.state };
}

describe('the life of a payout', () => {
  it.each([
    ['acon_X', [300, 300, 600], ['created', 'ready', 'pending', 'sent'], 'paid'],
    ['acon_ach_1', [300, 300, 600], ['created', 'ready', 'pending', 'sent'], 'paid'],
    ['acon_ach_returned_1', [300, 300, 600, 5_000], ['created', 'ready', 'pending', 'sent', 'returned'], 'undone'],
    ['acon_failing_1', [300, 300, 600], ['created', 'ready', 'pending', 'error'], 'undone'],
    ['acon_unclaimed_1', [300, 300, 30 * DAY_MS - 600], ['created', 'ready', 'pending', 'error'], 'undone'],
  ])('of %s', async (account_connection, pauses, statuses, state) => {
    expect(await walk({ account_connection }, pauses)).toEqual({ seen: statuses, state });
  });

  it('waits in ready for its date', async () => {
    const walked = await walk({ date: iso(START_MS + 30 * DAY_MS) }, [300, 30 * DAY_MS - 300, 600]);
    expect(walked).toEqual({ seen: ['created', 'ready', 'pending', 'sent'], state: 'paid' });
  });

  it('is due until money moves', async () => {
    const { create, sandbox, pass } = await start();
    await create();
    const states = [sandbox.journal()[0]?.state];
    for (const ms of [300, 300, 600]) {
      pass(ms);
      states.push(sandbox.journal()[0]?.state);
    }
    expect(states).toEqual(['due', 'due', 'paid', 'paid']);
  });

  it.each([
    ['acon_X', 'direct'],
    ['acon_ach_1', 'ach'],
    ['acon_ach_returned_1', 'ach'],
    ['acon_unclaimed_1', 'unclaimed'],
  ])('shows the type of %s: %s', async (account_connection, type) => {
    const { create, read } = await start();
    expect(await read(await create({ account_connection }))).toMatchObject({ type, account_connection });
  });

  it('tells in its activity why it is in error', async () => {
    const { create, read, pass } = await start();
    const id = await create({ account_connection: 'acon_failing' });
    pass(1_200);
    expect(await read(id)).toMatchObject({
      status: 'error',
      activity: [{ message: 'The transfer did not pass validation.' }],
    });
  });

  it('takes the delays that it is given', async () => {
    const { create, statusOf, pass } = await start({ createdMs: 0, readyMs: 10, pendingMs: 20 });
    const id = await create();
    const seen = [await statusOf(id)];
    for (const ms of [10, 20]) {
      pass(ms);
      seen.push(await statusOf(id));
    }
    expect(seen).toEqual(['ready', 'pending', 'sent']);
  });
});

describe('a change', () => {
  const DATE = iso(START_MS + DAY_MS);

  it.each([
    ['created', 0, 'created'],
    ['ready', 300, 'canceled'],
    ['pending', DAY_MS, 'pending'],
    ['sent', DAY_MS + 600, 'sent'],
  ])('cancels in ready alone: %s', async (_status, ms, after) => {
    const { create, statusOf, put, pass, sandbox } = await start();
    const id = await create({ date: DATE });
    pass(ms);
    expect(await put(id, { status: 'canceled' })).toMatchObject({ status: 200, json: { id, status: after } });
    pass(2 * DAY_MS);
    expect(await statusOf(id)).toBe(after === 'canceled' ? 'canceled' : 'sent');
    expect(sandbox.journal()[0]?.state).toBe(after === 'canceled' ? 'undone' : 'paid');
  });

  it('cancels nothing whose date has come', async () => {
    const { create, put, pass } = await start({ createdMs: 100, readyMs: 1_000 });
    const id = await create({ date: iso(START_MS + 500) });
    pass(500);
    expect(await put(id, { status: 'canceled' })).toMatchObject({ status: 200, json: { status: 'ready' } });
  });

  it('moves the date in ready alone', async () => {
    const { create, put, pass, statusOf } = await start();
    const id = await create({ date: DATE });
    const later = iso(START_MS + 2 * DAY_MS);
    expect(await put(id, { date: later })).toMatchObject({ status: 200, json: { date: DATE } });
    pass(300);
    expect(await put(id, { date: later })).toMatchObject({ status: 200, json: { date: later } });
    pass(DAY_MS);
    expect(await statusOf(id)).toBe('ready');
    pass(DAY_MS);
    expect(await put(id, { date: iso(START_MS + 9 * DAY_MS) })).toMatchObject({ json: { date: later } });
  });

  it('changes the description and user_data at any time', async () => {
    const { create, put, pass, read } = await start();
    const id = await create();
    pass(1_200);
    await put(id, { description: 'Royalties', user_data: { a: 1 } });
    expect(await read(id)).toMatchObject({
      status: 'sent',
      description: 'Royalties',
      user_data: { a: 1 },
      updated_at: iso(START_MS + 1_200),
    });
  });

  it.each([
    { date: 'soon' },
    { date: 7 },
    { description: 7 },
    { user_data: [] },
    { user_data: { a: 'x'.repeat(1024) } },
  ])('is refused: %j', async (change) => {
    const { create, put, read } = await start();
    const id = await create();
    const before = await read(id);
    expect(await put(id, change)).toMatchObject({ status: 400, json: { message: expect.any(String) as string } });
    expect(await read(id)).toEqual(before);
  });

  it('is refused where it is no JSON', async () => {
    const { create, send } = await start();
    expect((await send('PUT', `/payout/${await create()}`, '{"status":')).status).toBe(400);
  });

  it('is refused for a payout that does not exist', async () => {
    const { put, send } = await start();
    expect((await put('pay_none', { status: 'canceled' })).status).toBe(404);
    expect((await send('GET', '/payout/pay_none')).status).toBe(404);
  });
});

describe('an idempotency key', () => {
  const KEY = { 'idempotency-key': 'key-1' };

  it('gets the first answer again for the same bytes', async () => {
    const { send, pass, sandbox } = await start();
    const body = JSON.stringify(BODY);
    const first = await send('POST', '/payout', body, KEY);
    pass(DAY_MS);
    expect(await send('POST', '/payout', body, KEY)).toEqual(first);
    expect(first.json).toMatchObject({ status: 'created' });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it.each([JSON.stringify({ ...BODY, amount_in_cents: 1501 }), `${JSON.stringify(BODY)} `])(
    'is refused with 409 for other bytes: %j',
    async (other) => {
      const { send, sandbox } = await start();
      await send('POST', '/payout', JSON.stringify(BODY), KEY);
      expect((await send('POST', '/payout', other, KEY)).status).toBe(409);
      expect(sandbox.journal()).toHaveLength(1);
    },
  );

  it('is not used up by a refusal', async () => {
    const { send } = await start();
    const refused = JSON.stringify({ ...BODY, account_connection: 'acon_deleted' });
    expect((await send('POST', '/payout', refused, KEY)).status).toBe(400);
    expect((await send('POST', '/payout', JSON.stringify(BODY), KEY)).status).toBe(201);
  });

  it('makes a batch pay once', async () => {
    const { send, sandbox } = await start();
    const body = JSON.stringify({ payouts: [BODY, BODY] });
    const first = await send('POST', '/payout/batch', body, KEY);
    expect(await send('POST', '/payout/batch', body, KEY)).toEqual(first);
    expect(sandbox.journal()).toHaveLength(2);
  });

  it('is no protection where it is left out', async () => {
    const { create, sandbox } = await start();
    await create();
    await create();
    expect(sandbox.journal()).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it.each([
    [{ amount_in_cents: 0 }, 'amount_in_cents must be a positive integer.'],
    [{ amount_in_cents: 15.5 }, 'amount_in_cents must be a positive integer.'],
    [{ amount_in_cents: '1500' }, 'amount_in_cents must be a positive integer.'],
    [{ account_connection: undefined }, 'account_connection is required.'],
    [{ description: 7 }, 'description must be a string.'],
    [{ date: 'soon' }, 'date must be an ISO 8601 date/time string.'],
    [{ user_data: { a: 'x'.repeat(1024) } }, 'user_data must be an object of less than 1KB.'],
    [
      { account_connection: 'acon_refused_1' },
      "You have not requested the 'payment.credit' permission from this account connection.",
    ],
    [{ account_connection: 'acon_deleted_1' }, 'Deleted account connections cannot receive payouts.'],
  ])('creates nothing: %j', async (changes, message) => {
    const { send, sandbox } = await start();
    const reply = await send('POST', '/payout', JSON.stringify({ ...BODY, ...changes }));
    expect(reply).toEqual({ status: 400, json: { message } });
    expect(sandbox.journal()).toEqual([]);
  });

  it.each(['', '{', '[]', 'null', '7'])('creates nothing: the body %j', async (body) => {
    const { send, sandbox } = await start();
    expect((await send('POST', '/payout', body)).status).toBe(400);
    expect((await send('POST', '/payout/batch', body)).status).toBe(400);
    expect(sandbox.journal()).toEqual([]);
  });

  it('of one row of a batch is one of all, and names that row', async () => {
    const { send, sandbox } = await start();
    const bad = { ...BODY, account_connection: 'acon_deleted_1', user_data: { row: 2 } };
    expect(await send('POST', '/payout/batch', JSON.stringify({ payouts: [BODY, bad, BODY] }))).toEqual({
      status: 400,
      json: {
        message: 'Errors occurred while creating payouts. No payouts were created. See details.',
        details: [{ message: 'Deleted account connections cannot receive payouts.', request: bad }],
      },
    });
    expect(sandbox.journal()).toEqual([]);
  });

  it('meets amounts over the limit, where one is set', async () => {
    const { send } = await start({ mostAmountMinor: 2000 });
    const status = async (amount: number) =>
      (await send('POST', '/payout', JSON.stringify({ ...BODY, amount_in_cents: amount }))).status;
    expect([await status(2000), await status(2001)]).toEqual([201, 400]);
  });

  it.each(['', 'Bearer sandbox-manifest-key', 'Basic sandbox-manifest-key', `Basic ${btoa('other:')}`])(
    'meets the credentials %j',
    async (authorization) => {
      const { send } = await start();
      const reply = await send('GET', '/payout', undefined, { authorization });
      expect(reply).toEqual({ status: 401, json: { message: 'Unauthorized.' } });
    },
  );
});

describe('a list', () => {
  it('shows the newest first, page by page', async () => {
    const { create, send } = await start();
    const ids: string[] = [];
    for (let made = 0; made < 12; made += 1) ids.unshift(await create());
    const page = async (query: string) => {
      const { json } = await send('GET', `/payout${query}`);
      return { ids: (json['data'] as readonly Fields[]).map(({ id }) => id), pagination: json['pagination'] };
    };
    expect(await page('')).toEqual({ ids: ids.slice(0, 10), pagination: { page: 1, page_size: 10, total: 12 } });
    expect(await page('?page=2')).toMatchObject({ ids: ids.slice(10), pagination: { page: 2 } });
    expect(await page('?page=3&page_size=5')).toMatchObject({ ids: ids.slice(10), pagination: { page_size: 5 } });
    expect(await page('?page=4&page_size=5')).toMatchObject({ ids: [], pagination: { total: 12 } });
    expect(await page('?page=x&page_size=0')).toEqual(await page(''));
  });

  it('holds no more rows than its most, whatever is asked for', async () => {
    const { create, send } = await start({ mostRows: 2 });
    for (let made = 0; made < 3; made += 1) await create();
    const { json } = await send('GET', '/payout?page_size=100');
    expect(json['data']).toHaveLength(2);
    expect(json['pagination']).toEqual({ page: 1, page_size: 2, total: 3 });
  });

  it('of an account connection shows its payouts alone', async () => {
    const { create, send } = await start();
    const id = await create({ account_connection: 'acon/odd id' });
    await create();
    const { json } = await send('GET', `/account-connection/${encodeURIComponent('acon/odd id')}/payout`);
    expect(json).toMatchObject({ data: [{ id }], pagination: { total: 1 } });
  });

  it('lags behind, while the payout itself can be read', async () => {
    const { create, send, statusOf, pass } = await start({ listLagMs: 1_000 });
    const id = await create();
    const total = async (path: string) => ((await send('GET', path)).json['pagination'] as Fields)['total'];
    pass(999);
    expect([await total('/payout'), await total('/account-connection/acon_X/payout')]).toEqual([0, 0]);
    expect(await statusOf(id)).toBe('pending');
    pass(1);
    expect([await total('/payout'), await total('/account-connection/acon_X/payout')]).toEqual([1, 1]);
  });

  it.each([
    ['user_data', { user_data: { a: 1 } }],
    ['userdata', { userdata: { a: 1 } }],
    ['none', {}],
  ] as const)('shows user_data as %s', async (echoUserData, shown) => {
    const { create, read } = await start({ echoUserData });
    const { user_data, userdata } = await read(await create({ user_data: { a: 1 } }));
    expect(JSON.parse(JSON.stringify({ user_data, userdata }))).toEqual(shown);
  });
});

describe('the journal', () => {
  it('knows a payment by the tag in user_data', async () => {
    const { create, sandbox } = await start();
    const id = await create({ user_data: { payout_reference: 'study-42/p-007' } });
    expect(sandbox.journal()).toEqual([
      {
        provider: 'manifest',
        key: manifestJournalKey(makeRequest()),
        amountMinor: 1500,
        currency: 'USD',
        state: 'due',
        providerReference: id,
        at: iso(START_MS),
      },
    ]);
    expect(manifestJournalKey(makeRequest())).toBe('manifest/study-42/p-007');
  });

  it('knows a payment without one by its id', async () => {
    const { create, sandbox } = await start();
    const id = await create();
    expect(sandbox.journal()).toMatchObject([{ key: `manifest/untagged/${id}` }]);
  });
});
