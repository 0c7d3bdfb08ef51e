import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/payout/change.js';
import { TAG } from '../../../src/payout/request.js';
import { connect, connectToSandbox, makeRequest, makeRow, startOutsider } from './support.js';

type Account = ReturnType<typeof connect>;

const SCHEDULED_AT = '2026-12-24T09:00:00.000Z';
const LATER = '2026-12-31T09:00:00.000Z';

async function scheduled() {
  const connected = await connectToSandbox();
  const id = await connected.payFor({ scheduledAt: SCHEDULED_AT });
  connected.pass(300);
  const { cancel, amend } = connected.account;
  if (!cancel || !amend) throw new Error('Manifest can do both');
  const claimed = makeRequest({ scheduledAt: SCHEDULED_AT });
  return { ...connected, id, cancel, change: (wanted: Change) => amend(id, claimed, wanted) };
}

describe('canceling', () => {
  it('cancels a payout that waits for its date', async () => {
    const { cancel, id, sandbox, asked } = await scheduled();
    expect(await cancel(id)).toMatchObject({ kind: 'present', seen: { status: 'canceled', providerReference: id } });
    expect(sandbox.journal()).toMatchObject([{ state: 'undone' }]);
    expect(asked()).toEqual(['create', 'update', 'get']);
  });

  it('believes the status that is read back, not the answer to the cancel', async () => {
    const { cancel, id, pass, sandbox } = await scheduled();
    pass(30 * 24 * 60 * 60_000);
    expect(await cancel(id)).toMatchObject({ kind: 'present', seen: { status: 'sent' } });
    expect(sandbox.journal()).toMatchObject([{ state: 'paid' }]);
  });

  it('sees that it was canceled though the answer was lost', async () => {
    const { cancel, id, addFault } = await scheduled();
    addFault('update', { kind: 'reply_lost' });
    const sighting = await cancel(id);
    expect(sighting).toMatchObject({ kind: 'present', seen: { status: 'canceled' } });
    expect(sighting.because).toMatch(/^Manifest shows pay_\w+ as canceled; to the change: no answer from Manifest: /);
  });

  it('tells that it was refused', async () => {
    const { cancel, id, addFault } = await scheduled();
    addFault('update', { kind: 'status', status: 400 });
    expect(await cancel(id)).toMatchObject({
      kind: 'present',
      seen: { status: 'ready' },
      because: expect.stringContaining('; to the change: Manifest answered 400') as string,
      refused: 'never',
    });
  });

  it.each([
    [400, 'never'],
    [401, 'operator'],
    [403, 'operator'],
    [404, 'never'],
    [422, 'never'],
    [409, undefined],
    [429, undefined],
    [503, undefined],
  ] as const)('tells of an answer %i who can mend it: %s', async (status, refused) => {
    const { cancel, id, addFault } = await scheduled();
    addFault('update', { kind: 'status', status });
    const sighting = await cancel(id);
    expect(sighting).toMatchObject({ kind: 'present', seen: { status: 'ready' } });
    expect('refused' in sighting ? sighting.refused : undefined).toBe(refused);
  });

  it('tells nothing when nothing can be read back', async () => {
    const { cancel, id, addFault } = await scheduled();
    addFault('get', { kind: 'status', status: 401 });
    expect(await cancel(id)).toMatchObject({ kind: 'unreadable', waitingFor: 'operator' });
  });
});

describe('changing', () => {
  it('moves the date', async () => {
    const { change, asked } = await scheduled();
    expect(await change({ scheduledAt: LATER })).toMatchObject({
      kind: 'present',
      seen: { status: 'ready', date: LATER },
    });
    expect(asked()).toEqual(['create', 'update', 'get']);
  });

  it('believes the date that is read back', async () => {
    const { change, pass } = await scheduled();
    pass(30 * 24 * 60 * 60_000);
    expect(await change({ scheduledAt: LATER })).toMatchObject({
      kind: 'present',
      seen: { status: 'sent', date: SCHEDULED_AT },
    });
  });

  it('writes another description and other metadata, tells what is read back, and keeps our tag', async () => {
    const { change, lookUp, id } = await scheduled();
    const wanted = { description: 'Interview in December', metadata: { wave: '3' } };
    expect(await change(wanted)).toMatchObject({ kind: 'present', seen: { status: 'ready', ...wanted } });
    expect(await change({ metadata: {} })).toMatchObject({ seen: { description: wanted.description, metadata: {} } });
    // Whoever looks for it by our tag finds it.
    expect(await lookUp({ scheduledAt: SCHEDULED_AT })).toMatchObject({
      kind: 'present',
      seen: { providerReference: id },
    });
  });

  it('cannot take our tag away, whatever stands in the metadata', async () => {
    const { change, sandbox } = await scheduled();
    await change({ metadata: { [TAG]: 'study-42/p-008' } });
    expect(sandbox.journal()).toMatchObject([{ key: 'manifest/study-42/p-007' }]);
  });
});

describe('a record', () => {
  it.each([
    ['under one name', { user_data: { [TAG]: 'study-42/p-007', wave: '3' } }, { wave: '3' }],
    ['under the other', { userdata: { wave: '3', [TAG]: 'study-42/p-007' } }, { wave: '3' }],
    ['under the other, the one being empty', { user_data: {}, userdata: { [TAG]: 'study-42/p-007' } }, {}],
    ['nowhere', {}, undefined],
    ['without our tag, which tells nothing', { user_data: { wave: '3' } }, undefined],
  ])('that shows the metadata %s', async (_where, more, metadata) => {
    const { account } = await startOutsider(() => ({ status: 200, json: { ...makeRow('pay_A'), ...more } }));
    const sighting = await account.cancel?.('pay_A');
    expect(sighting?.kind === 'present' ? sighting.seen.metadata : 'unseen').toEqual(metadata);
  });
});

describe('another server than our sandbox', () => {
  const claimed = makeRequest();
  it.each([
    ['cancel', (account: Account) => account.cancel?.('pay_A'), '{"status":"canceled"}'],
    [
      'move the date',
      (account: Account) => account.amend?.('pay_A', claimed, { scheduledAt: LATER }),
      `{"date":"${LATER}"}`,
    ],
    [
      'move it to an instant with an offset, in UTC and with seconds',
      (account: Account) => account.amend?.('pay_A', claimed, { scheduledAt: '2026-12-31T10:00:00+01:00' }),
      `{"date":"${LATER}"}`,
    ],
    [
      'change all that can be changed',
      (account: Account) =>
        account.amend?.('pay_A', claimed, { metadata: { wave: '3' }, description: 'Other words', scheduledAt: LATER }),
      `{"date":"${LATER}","description":"Other words","user_data":{"wave":"3","${TAG}":"study-42/p-007"}}`,
    ],
  ] as const)('is asked to %s by exactly this', async (_what, ask, body) => {
    const { account, asked } = await startOutsider(() => ({ status: 200, json: makeRow('pay_A') }));
    await ask(account);
    expect(asked).toMatchObject([
      { method: 'PUT', path: '/payout/pay_A', body, headers: { 'content-type': 'application/json' } },
      { method: 'GET', path: '/payout/pay_A', body: '' },
    ]);
  });
});

describe('checking', () => {
  it('reads one row, and says that the credentials are taken', async () => {
    const { account, asked } = await startOutsider(() => ({ status: 200, json: { data: [] } }));
    expect(await account.check()).toEqual({ ok: true, message: 'Manifest takes the credentials' });
    expect(asked).toMatchObject([{ method: 'GET', path: '/payout', query: { page: '1', page_size: '1' } }]);
  });

  it('says why not', async () => {
    const { sandbox } = await connectToSandbox();
    const account = connect({ ...sandbox.env, MANIFEST_API_KEY: 'made-up-wrong-key' });
    expect(await account.check()).toEqual({ ok: false, message: 'Manifest answered 401: Unauthorized.' });
    await sandbox.refuse('manifest');
    expect(await connect(sandbox.env).check()).toEqual({ ok: false, message: 'no answer from Manifest: ECONNREFUSED' });
  });

  it('names the host and the credentials', async () => {
    const { account, sandbox } = await connectToSandbox();
    expect([account.host, account.secret]).toEqual([sandbox.env['MANIFEST_BASE_URL'], sandbox.env['MANIFEST_API_KEY']]);
  });
});
