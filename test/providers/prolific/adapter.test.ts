import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProlificRequest } from '../../../src/payout/request.js';
import { prolific } from '../../../src/providers/prolific/index.js';
import { prolificSandbox } from '../../../src/providers/prolific/sandbox.js';
import type { ProviderAccount } from '../../../src/providers/provider.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { aRequest, connectTo, expectIdentified, expectPrepared, json, startOutsider, TOKEN } from './support.js';

const PAY = 'POST /bulk-bonus-payments/:id/pay/';
const HTTP_TIMEOUT_MS = 400;

let nowMs: number;
let sandbox: Sandbox;
let account: ProviderAccount<ProlificRequest>;

beforeEach(async () => {
  nowMs = Date.parse('2026-01-05T12:00:00Z');
  sandbox = await startSandbox({ providers: [prolificSandbox({ visibleAfterMs: 1_000 })], now: () => nowMs });
  account = connectTo(sandbox.env, HTTP_TIMEOUT_MS);
});
afterEach(() => sandbox.stop());

async function preparePayment(request = aRequest()) {
  return expectPrepared(await account.prepare(request, expectIdentified(await account.identify(request))));
}

const lookUp = ({ snapshot }: { snapshot?: object }, request = aRequest()) =>
  account.lookUp({ request, controls: [], ...(snapshot ? { snapshot: snapshot as never } : {}) });

describe('Prolific, as declared', () => {
  it('is paid by a call that pays again, on our timer, and settles within 15 minutes', () => {
    expect(prolific).toMatchObject({
      name: 'prolific',
      contract: 'unguarded',
      scheduling: 'timer',
      settleMs: 900_000,
    });
  });

  it('names its host without a secret and feeds the token to nothing but the hash', () => {
    expect(account.host).toBe(sandbox.baseUrl('prolific'));
    expect(account.secret).toBe(sandbox.env['PROLIFIC_API_TOKEN']);
    expect(account.host).not.toContain(account.secret);
  });
});

describe('a bonus', () => {
  it('is prepared, paid once, and found when its submission shows it', async () => {
    const prepared = await preparePayment();
    expect(sandbox.journal()).toEqual([]);

    const outcome = await account.pay(prepared.call, 'unused');
    const bulkId = /payments\/([0-9a-f]{24})\/pay/.exec(prepared.call.path)?.[1];
    expect(outcome).toEqual({
      kind: 'accepted',
      httpStatus: 202,
      note: `Bulk bonus payment with ID ${bulkId} is being processed asynchronously. Payments will be completed shortly.`,
      seen: { status: 'pending', providerReference: bulkId },
    });
    expect(sandbox.journal()).toMatchObject([
      { key: 'prolific/study43-s1', amountMinor: 250, currency: 'GBP', state: 'paid' },
    ]);

    expect(await lookUp(prepared)).toMatchObject({ kind: 'absent', proven: false });
    nowMs += 1_000;
    expect(await lookUp(prepared)).toMatchObject({ kind: 'present', seen: { status: 'sent', amountMinor: 250 } });
  });

  it('is not taken for an earlier one of the same amount', async () => {
    await account.pay((await preparePayment()).call, 'unused');
    nowMs += 1_000;
    const second = await preparePayment();
    expect(second.snapshot).toEqual({ submissionId: 'study43-s1', bonusPayments: [250] });
    expect(await lookUp(second)).toMatchObject({ kind: 'absent', proven: false });
    await account.pay(second.call, 'unused');
    nowMs += 1_000;
    expect(await lookUp(second)).toMatchObject({ kind: 'present' });
  });

  it('is refused at the set-up in the words of the provider', async () => {
    const request = aRequest({ submissionId: 'study43-refused' });
    const preparation = await account.prepare(request, expectIdentified(await account.identify(request)));
    expect(preparation).toEqual({
      kind: 'refused',
      message: 'set-up: Prolific answered 400: Bad request: these cannot be paid: study43-refused',
    });
  });

  it('is refused for a submission that nobody knows', async () => {
    const request = aRequest({ submissionId: 'nobody' });
    expect(await account.prepare(request, expectIdentified(await account.identify(request)))).toMatchObject({
      kind: 'refused',
      message: 'submission nobody: Prolific answered 404: Not found: No submission with this id',
    });
  });
});

describe('a fault on the paying call', () => {
  it.each([
    [{ kind: 'no_connection' }, 'ambiguous', 0],
    [{ kind: 'reply_lost' }, 'ambiguous', 1],
    [{ kind: 'error_before' }, 'ambiguous', 0],
    [{ kind: 'error_after' }, 'ambiguous', 1],
    [{ kind: 'rate_limited' }, 'rejected', 0],
    [{ kind: 'rate_limited', afterEffect: true }, 'rejected', 1],
    [{ kind: 'never_answers' }, 'ambiguous', 0],
    [{ kind: 'never_answers', afterEffect: true }, 'ambiguous', 1],
    [{ kind: 'garbage_body' }, 'accepted', 1],
    [{ kind: 'slow', delayMs: 50 }, 'accepted', 1],
    [{ kind: 'slow', delayMs: 5_000, afterEffect: true }, 'ambiguous', 1],
    [{ kind: 'status', status: 408 }, 'ambiguous', 0],
    [{ kind: 'status', status: 409, afterEffect: true }, 'ambiguous', 1],
    [{ kind: 'status', status: 302 }, 'ambiguous', 0],
    [{ kind: 'status', status: 400 }, 'rejected', 0],
    [{ kind: 'status', status: 401 }, 'rejected', 0],
    [{ kind: 'status', status: 200, afterEffect: true }, 'accepted', 1],
  ] as const)('%j is %s, and the journal holds %i', async (fault, kind, payments) => {
    const prepared = await preparePayment();
    sandbox.faults.add({ provider: 'prolific', route: PAY, ...fault });
    const outcome = await account.pay(prepared.call, 'unused');
    expect(outcome.kind).toBe(kind);
    expect(sandbox.journal()).toHaveLength(payments);
    expect(sandbox.requests().filter(({ route }) => route === PAY)).toHaveLength(1);

    sandbox.faults.clear();
    nowMs += 1_000;
    expect((await lookUp(prepared)).kind).toBe(payments === 1 ? 'present' : 'absent');
  });

  it('is unsent where the connection is refused, and then nothing was paid', async () => {
    const prepared = await preparePayment();
    await sandbox.refuse('prolific');
    expect(await account.pay(prepared.call, 'unused')).toEqual({ kind: 'unsent', cause: 'ECONNREFUSED' });
    await sandbox.accept('prolific');
    expect(sandbox.journal()).toEqual([]);
    expect((await account.pay(prepared.call, 'unused')).kind).toBe('accepted');
  });

  it('is refused with what the workspace does not hold', async () => {
    const poor = await startSandbox({ providers: [prolificSandbox({ balanceMinor: 100 })] });
    account = connectTo(poor.env);
    const prepared = await preparePayment();
    expect(await account.pay(prepared.call, 'unused')).toMatchObject({
      kind: 'rejected',
      httpStatus: 400,
      reason: 'invalid',
    });
    expect(poor.journal()).toEqual([]);
    await poor.stop();
  });
});

describe('the paying call on the wire', () => {
  it('is the exact call, on a connection of its own, and follows no redirect', async () => {
    const outsider = await startOutsider(() => json(202, 'Done.'));
    const outside = connectTo(outsider.env);
    await outside.pay({ method: 'POST', path: '/bulk-bonus-payments/b1/pay/', body: '{}' }, 'unused');
    expect(outsider.asked).toHaveLength(1);
    expect(outsider.asked[0]).toMatchObject({
      method: 'POST',
      path: '/bulk-bonus-payments/b1/pay/',
      body: '{}',
      headers: { authorization: `Token ${TOKEN}`, 'content-type': 'application/json', connection: 'close' },
    });
    await outsider.stop();
  });

  it.each([
    [
      400,
      `bad header Token ${TOKEN}`,
      { kind: 'rejected', message: 'Prolific answered 400: bad header Token [token]' },
    ],
    [500, `bad header Token ${TOKEN}`, { kind: 'ambiguous', cause: 'Prolific answered 500: bad header Token [token]' }],
    [202, `taken with Token ${TOKEN}`, { kind: 'accepted', note: 'taken with Token [token]' }],
  ])('never has the token in its outcome, even where a %i repeats it', async (status, detail, expected) => {
    const outsider = await startOutsider(() => json(status, { detail }));
    const outcome = await connectTo(outsider.env).pay(
      { method: 'POST', path: '/bulk-bonus-payments/b1/pay/', body: '{}' },
      'unused',
    );
    expect(outcome).toMatchObject(expected);
    await outsider.stop();
  });
});

describe('the check', () => {
  it('says that the token works', async () => {
    expect(await account.check()).toEqual({ ok: true, message: 'Prolific accepts the token' });
  });

  it('says that the token is refused, without telling it', async () => {
    const { ok, message } = await connectTo({ ...sandbox.env, PROLIFIC_API_TOKEN: TOKEN }).check();
    expect(ok).toBe(false);
    expect(message).toContain('401');
    expect(message).not.toContain(TOKEN);
  });

  it('takes an account without a user page for reachable', async () => {
    sandbox.faults.add({ provider: 'prolific', route: 'GET /users/me/', kind: 'status', status: 404 });
    expect(await account.check()).toEqual({ ok: true, message: 'Prolific is reachable' });
  });

  it('says that nobody answers', async () => {
    await sandbox.refuse('prolific');
    expect(await account.check()).toEqual({ ok: false, message: 'check: no answer from Prolific (ECONNREFUSED)' });
  });
});
