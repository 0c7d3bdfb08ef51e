import { describe, expect, it } from 'vitest';
import { connect, connectToSandbox, makeRow, startOutsider } from './support.js';

const SCHEDULED_AT = '2026-12-24T09:00:00.000Z';
const LATER = '2026-12-31T09:00:00.000Z';

async function scheduled() {
  const connected = await connectToSandbox();
  const id = await connected.payFor({ scheduledAt: SCHEDULED_AT });
  connected.pass(300);
  const { cancel, reschedule } = connected.account;
  if (!cancel || !reschedule) throw new Error('Manifest can do both');
  return { ...connected, id, cancel, reschedule };
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
    });
  });

  it('tells nothing when nothing can be read back', async () => {
    const { cancel, id, addFault } = await scheduled();
    addFault('get', { kind: 'status', status: 401 });
    expect(await cancel(id)).toMatchObject({ kind: 'unreadable', waitingFor: 'operator' });
  });
});

describe('rescheduling', () => {
  it('moves the date', async () => {
    const { reschedule, id, asked } = await scheduled();
    expect(await reschedule(id, LATER)).toMatchObject({ kind: 'present', seen: { status: 'ready', date: LATER } });
    expect(asked()).toEqual(['create', 'update', 'get']);
  });

  it('sends the instant in UTC, with seconds', async () => {
    const { account, asked } = await startOutsider(() => ({ status: 200, json: makeRow('pay_A') }));
    await account.reschedule?.('pay_A', '2026-12-31T10:00:00+01:00');
    expect(asked[0]?.body).toBe(`{"date":"${LATER}"}`);
  });

  it('believes the date that is read back', async () => {
    const { reschedule, id, pass } = await scheduled();
    pass(30 * 24 * 60 * 60_000);
    expect(await reschedule(id, LATER)).toMatchObject({
      kind: 'present',
      seen: { status: 'sent', date: SCHEDULED_AT },
    });
  });
});

describe('another server than our sandbox', () => {
  it.each([
    ['cancel', '{"status":"canceled"}'],
    ['reschedule', `{"date":"${LATER}"}`],
  ] as const)('is asked to %s by exactly this', async (name, body) => {
    const { account, asked } = await startOutsider(() => ({ status: 200, json: makeRow('pay_A') }));
    await account[name]?.('pay_A', LATER);
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
