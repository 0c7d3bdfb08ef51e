import { describe, expect, it } from 'vitest';
import { connect, connectToSandbox, IDENTIFIED, makeRequest, neverEnds } from './sandboxed.js';

describe('identify', () => {
  it('names the screener response by host, so that two accounts at one host share its lane', async () => {
    const { account, sandbox } = await connectToSandbox();
    const { host } = new URL(sandbox.baseUrl('respondent'));
    expect(await account.identify(makeRequest({ payoutCount: 3 }))).toEqual({
      kind: 'identified',
      subjectLane: `respondent/${host}/response-1`,
      rank: 3,
    });
    expect(sandbox.requests()).toEqual([]);
  });
});

describe('prepare', () => {
  it('composes the exact call, and the snapshot of what was paid before', async () => {
    const { account, payElsewhere, paidTimes } = await connectToSandbox();
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toEqual({
      kind: 'prepared',
      call: {
        method: 'POST',
        path: '/v1/projects/project-1/screener-responses/response-1/payouts',
        body: '{"payoutCount":1}',
      },
      snapshot: { count: 0, totalIncentiveMinor: 0 },
    });
    await payElsewhere(makeRequest({ tipMinor: 250 }));
    expect(await account.prepare(makeRequest({ payoutCount: 2, tipMinor: 99 }), IDENTIFIED)).toMatchObject({
      call: { body: '{"payoutCount":2,"tip":99}' },
      snapshot: { count: 1, totalIncentiveMinor: 5250 },
    });
    expect(paidTimes()).toBe(1);
  });

  it('encodes ids, so that none can name another path', async () => {
    const { account, asked } = await connectToSandbox();
    const request = makeRequest({ projectId: 'a/b?c', screenerResponseId: '../x' });
    expect(await account.prepare(request, IDENTIFIED)).toMatchObject({
      call: { path: '/v1/projects/a%2Fb%3Fc/screener-responses/..%2Fx/payouts' },
    });
    expect(asked()).toEqual(['counts', 'project']);
  });

  it('refuses what is already paid', async () => {
    const { account, payElsewhere } = await connectToSandbox();
    await payElsewhere(makeRequest());
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toEqual({
      kind: 'refused',
      message: expect.stringMatching(/already paid elsewhere: Respondent shows 1 payment .* autopay/) as string,
    });
  });

  it('is behind when an earlier payment is missing', async () => {
    const { account } = await connectToSandbox();
    expect(await account.prepare(makeRequest({ payoutCount: 2 }), IDENTIFIED)).toMatchObject({ kind: 'behind' });
  });

  it('repeats an earlier call as it was, with a fresh snapshot', async () => {
    const { account, payElsewhere } = await connectToSandbox();
    const earlier = { method: 'POST', path: '/v1/as/it/was', body: '{ "payoutCount": 2 }' } as const;
    await payElsewhere(makeRequest());
    expect(await account.prepare(makeRequest({ payoutCount: 2 }), IDENTIFIED, earlier)).toEqual({
      kind: 'prepared',
      call: earlier,
      snapshot: { count: 1, totalIncentiveMinor: 5000 },
    });
  });

  it('does not call an earlier call refused when its payment has appeared meanwhile', async () => {
    const { account, payElsewhere } = await connectToSandbox();
    const prepared = await account.prepare(makeRequest(), IDENTIFIED);
    await payElsewhere(makeRequest());
    const call = prepared.kind === 'prepared' ? prepared.call : undefined;
    expect(await account.prepare(makeRequest(), IDENTIFIED, call)).toMatchObject({
      kind: 'unready',
      waitingFor: 'provider',
    });
  });

  it('refuses an unknown project', async () => {
    const { account } = await connectToSandbox();
    expect(await account.prepare(makeRequest({ projectId: 'missing-1' }), IDENTIFIED)).toEqual({
      kind: 'refused',
      message: 'payments of project missing-1: Respondent answered 404: Project not found',
    });
  });

  it('waits for the operator when the credentials are wrong, and never shows them', async () => {
    const { sandbox } = await connectToSandbox();
    const account = connect({ ...sandbox.env, RESPONDENT_API_SECRET: 'wrong-secret' });
    const unready = await account.prepare(makeRequest(), IDENTIFIED);
    expect(unready).toMatchObject({ kind: 'unready', waitingFor: 'operator' });
    expect(JSON.stringify(unready)).not.toContain('wrong-secret');
  });

  it.each([
    [{ kind: 'no_connection' }, 'provider'],
    [{ kind: 'reply_lost' }, 'provider'],
    [{ kind: 'error_before' }, 'provider'],
    [{ kind: 'error_after', status: 502 }, 'provider'],
    [{ kind: 'rate_limited' }, 'provider'],
    [{ kind: 'never_answers' }, 'provider'],
    [{ kind: 'garbage_body' }, 'provider'],
    [{ kind: 'slow', delayMs: 600 }, 'provider'],
    [{ kind: 'slow', delayMs: 900, afterEffect: true }, 'provider'],
    [{ kind: 'status', status: 403 }, 'operator'],
    [{ kind: 'status', status: 302 }, 'provider'],
    [{ kind: 'status', status: 400 }, 'provider'],
  ] as const)('waits when the counts cannot be read: %j', async (fault, waitingFor) => {
    const { account, impatient, addFault, paidTimes } = await connectToSandbox();
    addFault('counts', fault);
    const first = await (neverEnds(fault) ? impatient : account).prepare(makeRequest(), IDENTIFIED);
    expect(first).toMatchObject({ kind: 'unready', waitingFor });
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toMatchObject({ kind: 'prepared' });
    expect(paidTimes()).toBe(0);
  });

  it('waits for the provider when the connection is refused', async () => {
    const { account, sandbox } = await connectToSandbox();
    await sandbox.refuse('respondent');
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toEqual({
      kind: 'unready',
      waitingFor: 'provider',
      message: 'payments of project project-1: no answer from Respondent (ECONNREFUSED)',
    });
  });
});

describe('autopay', () => {
  it('refuses the first payment where Respondent makes it by itself', async () => {
    const { account } = await connectToSandbox();
    expect(await account.prepare(makeRequest({ projectId: 'autopay-1' }), IDENTIFIED)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('has autopay') as string,
    });
  });

  it('does not hinder the second payment, for which the project is not even read', async () => {
    let autopay = false;
    const { account, payElsewhere, asked } = await connectToSandbox({ project: () => ({ autopay }) });
    await payElsewhere(makeRequest());
    autopay = true;
    const before = asked().length;
    expect(await account.prepare(makeRequest({ payoutCount: 2 }), IDENTIFIED)).toMatchObject({ kind: 'prepared' });
    expect(asked().slice(before)).toEqual(['counts']);
  });

  it('does not hinder the second payment where the project is read for its incentive', async () => {
    let autopay = false;
    const { account, payElsewhere } = await connectToSandbox({ project: () => ({ autopay }) });
    await payElsewhere(makeRequest());
    autopay = true;
    const request = makeRequest({ payoutCount: 2, expectedIncentiveMinor: 5000 });
    expect(await account.prepare(request, IDENTIFIED)).toMatchObject({ kind: 'prepared' });
  });

  it.each([401, 403, 404])('is not asked after where projects are not shown: %i', async (status) => {
    const { account, addFault } = await connectToSandbox();
    addFault('project', { kind: 'status', status });
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toMatchObject({ kind: 'prepared' });
  });

  it.each([
    { kind: 'error_before' },
    { kind: 'rate_limited' },
    { kind: 'reply_lost' },
    { kind: 'never_answers' },
  ] as const)('is asked after again when the answer is only delayed: $kind', async (fault) => {
    const { account, impatient, addFault } = await connectToSandbox({ project: () => ({ autopay: true }) });
    addFault('project', fault);
    const first = await (neverEnds(fault) ? impatient : account).prepare(makeRequest(), IDENTIFIED);
    expect(first).toMatchObject({ kind: 'unready', waitingFor: 'provider' });
    expect(await account.prepare(makeRequest(), IDENTIFIED)).toMatchObject({ kind: 'refused' });
  });
});

describe('expectedIncentiveMinor', () => {
  it.each([
    [5000, 'prepared'],
    [5001, 'refused'],
    [50, 'refused'],
  ])('%i against a project of 50 dollars: %s', async (expectedIncentiveMinor, kind) => {
    const { account } = await connectToSandbox();
    const prepared = await account.prepare(makeRequest({ expectedIncentiveMinor }), IDENTIFIED);
    expect(prepared.kind).toBe(kind);
    if (prepared.kind === 'refused') expect(prepared.message).toMatch(/pays 5000, expectedIncentiveMinor is/);
  });

  it('compares fractions of a dollar exactly', async () => {
    const { account } = await connectToSandbox({ project: () => ({ incentiveMinor: 1910 }) });
    const prepared = await account.prepare(makeRequest({ expectedIncentiveMinor: 1910 }), IDENTIFIED);
    expect(prepared.kind).toBe('prepared');
  });

  describe('where the project is not shown', () => {
    const prepareSecond = async (expectedIncentiveMinor: number, incentives: readonly number[]) => {
      let incentiveMinor = 0;
      const { account, payElsewhere, addFault } = await connectToSandbox({ project: () => ({ incentiveMinor }) });
      for (const [index, incentive] of incentives.entries()) {
        incentiveMinor = incentive;
        await payElsewhere(
          makeRequest({ screenerResponseId: index === 0 ? 'response-1' : `other-${index}`, tipMinor: index }),
        );
      }
      addFault('project', { kind: 'status', status: 403, times: 'always' });
      const request = makeRequest({ payoutCount: Math.min(2, incentives.length + 1), expectedIncentiveMinor });
      return account.prepare(request, IDENTIFIED);
    };

    it('takes it from the payments so far', async () => {
      expect(await prepareSecond(7500, [7500, 7500])).toMatchObject({ kind: 'prepared' });
      expect(await prepareSecond(5000, [7500, 7500])).toMatchObject({ kind: 'refused' });
    });
    it('waits for the operator where those differ', async () => {
      expect(await prepareSecond(7500, [7500, 5000])).toMatchObject({ kind: 'unready', waitingFor: 'operator' });
    });
    it('waits for the operator, and says the mend, where there are none', async () => {
      expect(await prepareSecond(7500, [])).toMatchObject({
        kind: 'unready',
        waitingFor: 'operator',
        message: expect.stringContaining('or leave expectedIncentiveMinor out') as string,
      });
    });
  });
});

describe('check', () => {
  it('says whether the credentials work', async () => {
    const { account, sandbox, addFault } = await connectToSandbox();
    expect(await account.check()).toEqual({ ok: true, message: 'Respondent accepts the credentials' });
    addFault('balances', { kind: 'status', status: 404 });
    expect(await account.check()).toEqual({ ok: true, message: 'Respondent is reachable' });
    expect(await connect({ ...sandbox.env, RESPONDENT_API_KEY: 'wrong' }).check()).toMatchObject({ ok: false });
    await sandbox.refuse('respondent');
    expect(await account.check()).toMatchObject({ ok: false });
  });
});
