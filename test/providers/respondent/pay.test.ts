import { describe, expect, it } from 'vitest';
import type { RespondentRequest } from '../../../src/payout/request.js';
import { respondentJournalKey } from '../../../src/providers/respondent/sandbox.js';
import { composeCall } from '../../../src/providers/respondent/api.js';
import { connect, connectToSandbox, makeRequest, neverEnds } from './sandboxed.js';

const callFor = (changes: Partial<RespondentRequest> = {}) => composeCall(makeRequest(changes));

describe('pay', () => {
  it('pays the incentive and the tip, once', async () => {
    const { account, sandbox } = await connectToSandbox({ now: () => Date.parse('2026-01-02T03:04:05Z') });
    expect(await account.pay(callFor({ tipMinor: 250 }), 'key')).toEqual({ kind: 'accepted', httpStatus: 201 });
    expect(sandbox.journal()).toEqual([
      {
        provider: 'respondent',
        key: respondentJournalKey(makeRequest()),
        amountMinor: 5250,
        currency: 'USD',
        state: 'paid',
        at: '2026-01-02T03:04:05.000Z',
      },
    ]);
  });

  it.each([
    [{ kind: 'no_connection' }, { kind: 'ambiguous' }, 0],
    [{ kind: 'reply_lost' }, { kind: 'ambiguous' }, 1],
    [{ kind: 'error_before', status: 503 }, { kind: 'ambiguous', httpStatus: 503 }, 0],
    [{ kind: 'error_after', status: 500 }, { kind: 'ambiguous', httpStatus: 500 }, 1],
    [{ kind: 'rate_limited' }, { kind: 'rejected', reason: 'rate_limited', mend: 'later' }, 0],
    [{ kind: 'never_answers' }, { kind: 'ambiguous', cause: 'no whole reply within 250 ms' }, 0],
    [{ kind: 'never_answers', afterEffect: true }, { kind: 'ambiguous' }, 1],
    [{ kind: 'garbage_body' }, { kind: 'accepted', httpStatus: 201 }, 1],
    [{ kind: 'slow', delayMs: 900, afterEffect: true }, { kind: 'ambiguous' }, 1],
    [{ kind: 'status', status: 401 }, { kind: 'rejected', reason: 'unauthorized', mend: 'operator' }, 0],
    [{ kind: 'status', status: 409, afterEffect: true }, { kind: 'ambiguous', httpStatus: 409 }, 1],
    [{ kind: 'status', status: 422 }, { kind: 'rejected', reason: 'invalid', mend: 'never' }, 0],
    [{ kind: 'status', status: 307 }, { kind: 'ambiguous', httpStatus: 307 }, 0],
  ] as const)('%j', async (fault, outcome, paid) => {
    const { account, impatient, addFault, paidTimes, asked } = await connectToSandbox();
    addFault('pay', fault);
    expect(await (neverEnds(fault) ? impatient : account).pay(callFor(), 'key')).toMatchObject(outcome);
    expect(paidTimes()).toBe(paid);
    expect(asked()).toEqual(['pay']);
  });

  it('is in doubt about a request that arrives late, and pays', async () => {
    const { impatient, addFault, paidTimes } = await connectToSandbox();
    addFault('pay', { kind: 'slow', delayMs: 1200 });
    expect(await impatient.pay(callFor(), 'key')).toMatchObject({ kind: 'ambiguous' });
    expect(paidTimes()).toBe(0);
    await expect.poll(paidTimes, { timeout: 5000 }).toBe(1);
  });

  it('waits for a slow reply', async () => {
    const { account, addFault } = await connectToSandbox();
    addFault('pay', { kind: 'slow', delayMs: 50 });
    expect(await account.pay(callFor(), 'key')).toMatchObject({ kind: 'accepted' });
  });

  it('has provably sent nothing when the connection is refused', async () => {
    const { account, sandbox, paidTimes } = await connectToSandbox();
    // A kept connection must not be tried for it: there, a broken pipe would prove nothing.
    await account.check();
    await sandbox.refuse('respondent');
    expect(await account.pay(callFor(), 'key')).toEqual({ kind: 'unsent', cause: 'ECONNREFUSED' });
    await sandbox.accept('respondent');
    expect(await account.pay(callFor(), 'key')).toMatchObject({ kind: 'accepted' });
    expect(paidTimes()).toBe(1);
  });

  it.each([
    [{ screenerResponseId: 'refused-1' }, { httpStatus: 400, reason: 'invalid', mend: 'never' }],
    [{ projectId: 'missing-1' }, { httpStatus: 404, reason: 'not_found', mend: 'never' }],
    [{ projectId: 'nocard-1' }, { httpStatus: 402, reason: 'payment_required', mend: 'operator' }],
  ] as const)('is refused: %j', async (changes, refusal) => {
    const { account, paidTimes } = await connectToSandbox();
    expect(await account.pay(callFor(changes), 'key')).toMatchObject({ kind: 'rejected', ...refusal });
    expect(paidTimes()).toBe(0);
  });

  it('keeps the words of a refusal, but no credentials in them', async () => {
    const { sandbox } = await connectToSandbox();
    const account = connect({ ...sandbox.env, RESPONDENT_API_KEY: 'Unauthorized' });
    expect(await account.pay(callFor(), 'key')).toMatchObject({
      kind: 'rejected',
      message: expect.not.stringContaining('Unauthorized') as string,
    });
  });
});

describe('the number of the payment', () => {
  it('is in doubt when the guard refuses a repeat, since the answer may concern our own earlier call', async () => {
    const { account, paidTimes } = await connectToSandbox({ rule: 'refuses_wrong_number' });
    await account.pay(callFor(), 'key');
    expect(await account.pay(callFor(), 'key')).toMatchObject({ kind: 'ambiguous', httpStatus: 409 });
    expect(paidTimes()).toBe(1);
  });

  it('is no guard where Respondent pays every time', async () => {
    const { account, sandbox } = await connectToSandbox({ rule: 'pays_every_time' });
    await account.pay(callFor(), 'key');
    await account.pay(callFor(), 'key');
    expect(sandbox.journal().map(({ key }) => key)).toEqual([
      respondentJournalKey(makeRequest({ payoutCount: 1 })),
      respondentJournalKey(makeRequest({ payoutCount: 2 })),
    ]);
  });

  it('is at most five', async () => {
    const { account, paidTimes } = await connectToSandbox({ rule: 'pays_every_time' });
    for (let made = 0; made < 6; made += 1) await account.pay(callFor(), 'key');
    expect(paidTimes()).toBe(5);
  });
});

describe('the sandbox', () => {
  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"payoutCount":0}',
    '{"payoutCount":6}',
    '{"payoutCount":1.5}',
    '{"payoutCount":"1"}',
    '{"payoutCount":1,"tip":-1}',
    '{"payoutCount":1,"tip":0.5}',
  ])('refuses the body %j', async (body) => {
    const { account, paidTimes } = await connectToSandbox();
    expect(await account.pay({ ...callFor(), body }, 'key')).toMatchObject({ kind: 'rejected', httpStatus: 400 });
    expect(paidTimes()).toBe(0);
  });
});
