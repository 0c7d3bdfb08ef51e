import { describe, expect, it } from 'vitest';
import { connectToSandbox, makeRequest, makeRow, neverEnds, startOutsider } from './support.js';

describe('looking up a payout by its id', () => {
  it('sees what it has become', async () => {
    const { account, payFor, pass, asked } = await connectToSandbox();
    const providerReference = await payFor();
    const look = () => account.lookUp({ request: makeRequest(), providerReference, controls: [] });
    const seen: unknown[] = [];
    for (const ms of [0, 300, 300, 600]) {
      pass(ms);
      const sighting = await look();
      seen.push(sighting.kind === 'present' ? sighting.seen.status : sighting);
    }
    expect(seen).toEqual(['created', 'ready', 'pending', 'sent']);
    expect(asked()).toEqual(['create', 'get', 'get', 'get', 'get']);
  });

  it.each([
    ['acon_ach_returned', 2_200, { status: 'returned', mayReturn: true }],
    ['acon_failing', 1_200, { status: 'error', note: 'The transfer did not pass validation.' }],
  ])('sees the end of %s', async (accountConnection, ms, seen) => {
    const { account, payFor, pass } = await connectToSandbox();
    const providerReference = await payFor({ accountConnection });
    pass(ms);
    const request = makeRequest({ accountConnection });
    const sighting = await account.lookUp({ request, providerReference, controls: [] });
    expect(sighting).toMatchObject({ kind: 'present', seen: { ...seen, providerReference } });
  });

  it('proves nothing by a 404: a payout that we know of cannot vanish', async () => {
    const { account } = await connectToSandbox();
    expect(await account.lookUp({ request: makeRequest(), providerReference: 'pay_gone', controls: [] })).toEqual({
      kind: 'unreadable',
      waitingFor: 'provider',
      because: 'Manifest answered 404: Payout not found.',
    });
  });

  it.each([
    [{ amountMinor: 1600 }, 'has the amount 1500, asked for was 1600'],
    [{ accountConnection: 'acon_Y' }, 'has the account connection acon_X, asked for was acon_Y'],
    [{ reference: 'study-42/p-008' }, 'has the reference study-42/p-007, asked for was study-42/p-008'],
  ])('contradicts itself with another %j', async (changes, because) => {
    const { account, payFor } = await connectToSandbox();
    const providerReference = await payFor();
    expect(await account.lookUp({ request: makeRequest(changes), providerReference, controls: [] })).toEqual({
      kind: 'contradiction',
      because: `${providerReference} ${because}`,
    });
  });

  it('contradicts itself when another payout comes back', async () => {
    const { account } = await startOutsider(() => ({ status: 200, json: makeRow('pay_B') }));
    expect(await account.lookUp({ request: makeRequest(), providerReference: 'pay_A', controls: [] })).toEqual({
      kind: 'contradiction',
      because: 'asked for pay_A, Manifest shows pay_B',
    });
  });

  it('contradicts itself, before it is called sent, when another one has our tag and one of our requests was unclear', async () => {
    const { account, payFor } = await connectToSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 });
    await payFor({}, 'a key that was forgotten');
    const providerReference = await payFor({}, 'the same key, later');
    const query = { request: makeRequest(), providerReference, controls: [] };
    expect(await account.lookUp(query)).toMatchObject({ kind: 'present', seen: { status: 'sent' } });
    expect(await account.lookUp({ ...query, isDoubtful: true })).toMatchObject({ kind: 'contradiction' });
  });

  it('needs no tag in the answer', async () => {
    const { account, payFor } = await connectToSandbox({ echoUserData: 'none' });
    const providerReference = await payFor();
    const sighting = await account.lookUp({ request: makeRequest(), providerReference, controls: [] });
    expect(sighting).toMatchObject({ kind: 'present' });
  });
});

describe('looking for our tag', () => {
  it.each(['user_data', 'userdata'] as const)(
    'finds the payout at once where it is shown as %s',
    async (echoUserData) => {
      const { payFor, lookUp, asked } = await connectToSandbox({ echoUserData });
      await payFor({ reference: 'other' });
      const providerReference = await payFor();
      await payFor({ reference: 'another' });
      expect(await lookUp()).toEqual({
        kind: 'present',
        seen: {
          status: 'created',
          providerReference,
          amountMinor: 1500,
          mayReturn: false,
          date: '2026-12-01T09:00:00.000Z',
          description: 'Payment from Sandbox',
          metadata: {},
        },
        because: `Manifest shows ${providerReference} as created`,
      });
      expect(asked().slice(3)).toEqual(['listOfConnection']);
    },
  );

  it('finds it on the last page, however few rows a page holds', async () => {
    const { payFor, lookUp, asked } = await connectToSandbox({ mostRows: 2 });
    const providerReference = await payFor();
    for (const reference of ['a', 'b', 'c', 'd']) await payFor({ reference });
    expect(await lookUp()).toMatchObject({ kind: 'present', seen: { providerReference } });
    expect(asked().slice(5)).toEqual(['listOfConnection', 'listOfConnection', 'listOfConnection']);
  });

  it.each([
    [{ amountMinor: 1600 }, 'has the amount 1500, asked for was 1600'],
    [{ accountConnection: 'acon_Y' }, 'has the account connection acon_X, asked for was acon_Y'],
  ])('contradicts itself when the tag stands on another payout: %j', async (changes, because) => {
    const { payFor, lookUp } = await connectToSandbox();
    const id = await payFor();
    const control = { reference: 'other', providerReference: await payFor({ reference: 'other' }) };
    expect(await lookUp(changes, [control])).toEqual({ kind: 'contradiction', because: `${id} ${because}` });
  });

  it('contradicts itself when two payouts carry it, naming both', async () => {
    const { api, lookUp } = await connectToSandbox();
    const body =
      '{"account_connection":"acon_X","amount_in_cents":1500,"user_data":{"payout_reference":"study-42/p-007"}}';
    await api.pay({ method: 'POST', path: '/payout', body }, 'one key');
    await api.pay({ method: 'POST', path: '/payout', body }, 'another key');
    const sighting = await lookUp();
    expect(sighting).toMatchObject({ kind: 'contradiction' });
    expect(sighting.because).toMatch(/^several payouts carry our tag study-42\/p-007: pay_\w+, pay_\w+$/);
  });
});

describe('a payout that is not there', () => {
  it('is proven absent by two readings in which another one is found', async () => {
    const { payFor, lookUp, asked } = await connectToSandbox({ mostRows: 2 });
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'b' }) }];
    for (const reference of ['a', 'c']) await payFor({ reference });
    expect(await lookUp({}, controls)).toEqual({
      kind: 'absent',
      proven: true,
      because: 'no payout carries our tag study-42/p-007: 3 rows read twice, another one found by its tag',
    });
    expect(asked().slice(3)).toEqual(Array(4).fill('listOfConnection'));
  });

  it('is proven absent by the list of all, where the known ones went to other account connections', async () => {
    const { payFor, lookUp, asked } = await connectToSandbox();
    const elsewhere = { reference: 'b', accountConnection: 'acon_Y' };
    const controls = [{ reference: 'b', providerReference: await payFor(elsewhere) }];
    await payFor({ reference: 'not ours' });
    expect(await lookUp({}, controls)).toMatchObject({ kind: 'absent', proven: true });
    expect(asked().slice(2)).toEqual(['listOfConnection', 'list', 'list']);
  });

  it.each([
    ['none is known', {}, [], 'no other payout is known that should be found'],
    [
      'the known one is not listed',
      {},
      [{ reference: 'gone', providerReference: 'pay_gone' }],
      'no other payout known to exist is in the list',
    ],
  ])('is not proven absent where %s', async (_name, options, controls, because) => {
    const { payFor, lookUp } = await connectToSandbox(options);
    await payFor({ reference: 'b' });
    expect(await lookUp({}, controls)).toEqual({
      kind: 'absent',
      proven: false,
      because: `no payout carries our tag study-42/p-007, which proves nothing: ${because}`,
    });
  });

  it('is not proven absent where another tag stands on the known one', async () => {
    const { payFor, lookUp } = await connectToSandbox();
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'c' }) }];
    expect(await lookUp({}, controls)).toMatchObject({ kind: 'absent', proven: false });
  });

  it('is not proven absent where lists do not show our tags', async () => {
    const { payFor, lookUp, asked } = await connectToSandbox({ echoUserData: 'none' });
    await payFor();
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'b' }) }];
    expect(await lookUp({}, controls)).toMatchObject({
      kind: 'absent',
      proven: false,
      because: expect.stringContaining('the list does not show our tags') as string,
    });
    expect(asked().slice(2)).toEqual(['listOfConnection', 'list']);
  });

  it('is not proven absent by lists that lag behind, and found once they show it', async () => {
    const { payFor, lookUp, pass } = await connectToSandbox({ listLagMs: 60_000 });
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'b' }) }];
    await payFor();
    expect(await lookUp({}, controls)).toMatchObject({ kind: 'absent', proven: false });
    pass(60_000);
    expect(await lookUp({}, controls)).toMatchObject({ kind: 'present' });
  });

  it('is not known when a list cannot be read', async () => {
    const { payFor, lookUp, addFault } = await connectToSandbox({ mostRows: 2 });
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'b' }) }];
    for (const reference of ['a', 'c']) await payFor({ reference });
    // The second page of the first, and of the second reading.
    for (const skip of [1, 3]) {
      addFault('listOfConnection', { kind: 'error_before', status: 503, skip });
      expect(await lookUp({}, controls)).toEqual({
        kind: 'unreadable',
        waitingFor: 'provider',
        because: 'Manifest answered 503',
      });
    }
  });

  it('is present in the pages that could be read', async () => {
    const { payFor, lookUp, addFault } = await connectToSandbox({ mostRows: 2 });
    for (const reference of ['a', 'c']) await payFor({ reference });
    const providerReference = await payFor();
    addFault('listOfConnection', { kind: 'error_before', skip: 1 });
    expect(await lookUp()).toMatchObject({ kind: 'present', seen: { providerReference } });
  });

  it.each([
    [{ kind: 'no_connection' }, 'provider'],
    [{ kind: 'error_before' }, 'provider'],
    [{ kind: 'rate_limited' }, 'provider'],
    [{ kind: 'never_answers' }, 'provider'],
    [{ kind: 'garbage_body' }, 'provider'],
    [{ kind: 'slow', delayMs: 900, afterEffect: true }, 'provider'],
    [{ kind: 'status', status: 302 }, 'provider'],
    [{ kind: 'status', status: 401 }, 'operator'],
    [{ kind: 'status', status: 402 }, 'operator'],
    [{ kind: 'status', status: 403 }, 'operator'],
  ] as const)('is not known by a read that went wrong: %j', async (fault, waitingFor) => {
    const { account, impatient, addFault, payFor } = await connectToSandbox();
    const controls = [{ reference: 'b', providerReference: await payFor({ reference: 'b' }) }];
    addFault('listOfConnection', fault);
    const reader = neverEnds(fault) ? impatient : account;
    expect(await reader.lookUp({ request: makeRequest(), controls })).toMatchObject({ kind: 'unreadable', waitingFor });
  });
});
