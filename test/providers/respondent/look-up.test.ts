import { describe, expect, it } from 'vitest';
import { composeCall } from '../../../src/providers/respondent/api.js';
import { connect, connectToSandbox, makeQuery, makeRequest, neverEnds } from './sandboxed.js';

describe('lookUp', () => {
  it('sees the n-th payment and what was really paid', async () => {
    const { account } = await connectToSandbox();
    await account.pay(composeCall(makeRequest({ tipMinor: 100 })), 'key');
    await account.pay(composeCall(makeRequest({ payoutCount: 2, tipMinor: 250 })), 'key');
    expect(await account.lookUp(makeQuery(makeRequest({ tipMinor: 100 })))).toMatchObject({
      kind: 'present',
      seen: { status: 'sent', amountMinor: 5100 },
    });
    expect(await account.lookUp(makeQuery(makeRequest({ payoutCount: 2, tipMinor: 250 })))).toEqual({
      kind: 'present',
      seen: { status: 'sent', amountMinor: 5250 },
      because: 'Respondent counts 2 for screener response response-1: payment 2 is made',
    });
    expect(await account.lookUp(makeQuery(makeRequest({ payoutCount: 3 })))).toMatchObject({
      kind: 'absent',
      proven: true,
    });
  });

  it('says so when another tip was paid than was asked for', async () => {
    const { account } = await connectToSandbox();
    await account.pay(composeCall(makeRequest({ tipMinor: 100 })), 'key');
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({
      kind: 'present',
      seen: { amountMinor: 5100, note: 'it shows a tip of 100, asked for 0' },
    });
  });

  it('finds no one who was never paid', async () => {
    const { account } = await connectToSandbox();
    await account.pay(composeCall(makeRequest({ screenerResponseId: 'other' })), 'key');
    expect(await account.lookUp(makeQuery(makeRequest()))).toEqual({
      kind: 'absent',
      proven: true,
      because: 'Respondent counts 0 for screener response response-1: payment 1 is not there',
    });
  });

  it('sees a payment only once the records show it', async () => {
    let nowMs = 1_000_000;
    const { account, paidTimes } = await connectToSandbox({ visibleAfterMs: 60_000, now: () => nowMs });
    await account.pay(composeCall(makeRequest()), 'key');
    expect(paidTimes()).toBe(1);
    nowMs += 59_999;
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({ kind: 'absent' });
    nowMs += 1;
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({ kind: 'present' });
  });

  it('trusts no list that shows less than before the call', async () => {
    const { account } = await connectToSandbox();
    const query = {
      ...makeQuery(makeRequest({ payoutCount: 3 })),
      snapshot: { count: 2, totalIncentiveMinor: 10_000 },
    };
    expect(await account.lookUp(query)).toMatchObject({ kind: 'absent', proven: false });
  });

  it.each([
    [{ kind: 'no_connection' }, 'provider'],
    [{ kind: 'reply_lost' }, 'provider'],
    [{ kind: 'error_before' }, 'provider'],
    [{ kind: 'error_after' }, 'provider'],
    [{ kind: 'rate_limited' }, 'provider'],
    [{ kind: 'never_answers' }, 'provider'],
    [{ kind: 'garbage_body' }, 'provider'],
    [{ kind: 'slow', delayMs: 600 }, 'provider'],
    [{ kind: 'slow', delayMs: 900, afterEffect: true }, 'provider'],
    [{ kind: 'status', status: 404 }, 'provider'],
    [{ kind: 'status', status: 204 }, 'provider'],
    [{ kind: 'status', status: 401 }, 'operator'],
  ] as const)('proves nothing by a read that went wrong: %j', async (fault, waitingFor) => {
    const { account, impatient, addFault } = await connectToSandbox();
    addFault('counts', fault);
    expect(await (neverEnds(fault) ? impatient : account).lookUp(makeQuery(makeRequest()))).toMatchObject({
      kind: 'unreadable',
      waitingFor,
    });
  });

  it('proves nothing by a refused connection', async () => {
    const { account, sandbox } = await connectToSandbox();
    await sandbox.refuse('respondent');
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({
      kind: 'unreadable',
      waitingFor: 'provider',
    });
  });

  it('proves nothing with credentials that are refused', async () => {
    const { sandbox } = await connectToSandbox();
    const account = connect({ ...sandbox.env, RESPONDENT_API_KEY: 'wrong' });
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({
      kind: 'unreadable',
      waitingFor: 'operator',
    });
  });
});
