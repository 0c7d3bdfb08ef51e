import { afterEach, describe, expect, it } from 'vitest';
import { aRequest, connectTo, json, startOutsider, TOKEN, type Outsider } from './support.js';

const snapshot = { submissionId: 'study43-s1', bonusPayments: [100, 250] };
const submission = { id: 'study43-s1', study_id: 'study43', participant: 'p1' };

let server: Outsider | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function lookUpAt(status: number, answer: unknown, query: object = { snapshot }) {
  server = await startOutsider(() => json(status, answer));
  return connectTo(server.env).lookUp({ request: aRequest(), subject: 'study43-s1', controls: [], ...query });
}

describe('the look-up', () => {
  it.each([
    ['one more', [100, 250, 250], 1],
    ['one more in another order', [250, 250, 100], 1],
    ['one more among others', [250, 999, 100, 250], 1],
    ['one more although another vanished', [250, 250], 1],
    ['two more', [100, 250, 250, 250], 2],
  ])('finds the payment in %s', async (_what, bonus_payments, times) => {
    expect(await lookUpAt(200, { ...submission, bonus_payments })).toEqual({
      kind: 'present',
      seen: { status: 'sent', amountMinor: 250, ...(times > 1 ? { times } : {}) },
      because: `bonus_payments of submission study43-s1 grew by 250 since the snapshot${times > 1 ? `, ${times} times` : ''}`,
    });
  });

  it('keeps the id of the bulk where it is known', async () => {
    const sighting = await lookUpAt(
      200,
      { ...submission, bonus_payments: [250, 250] },
      { snapshot, providerReference: 'b1' },
    );
    expect(sighting).toMatchObject({ kind: 'present', seen: { providerReference: 'b1' } });
  });

  it.each([
    ['the same list', [100, 250]],
    ['another amount', [100, 250, 300]],
    ['an amount a fraction off', [100, 250, 250.00000001]],
    ['fewer', [100]],
    ['null', null],
    ['no list', undefined],
  ])('never proves absence by %s', async (_what, bonus_payments) => {
    expect(await lookUpAt(200, { ...submission, bonus_payments })).toEqual({
      kind: 'absent',
      proven: false,
      because: 'bonus_payments of submission study43-s1 shows no new payment of 250 since the snapshot',
    });
  });

  it.each([[undefined], [{}], [{ submissionId: 'study43-s1', bonusPayments: ['250'] }]])(
    'proves nothing with the snapshot %j',
    async (bad) => {
      const sighting = await lookUpAt(200, { ...submission, bonus_payments: [250] }, { snapshot: bad });
      expect(sighting).toMatchObject({ kind: 'absent', proven: false });
    },
  );

  it.each([
    [401, 'operator'],
    [402, 'operator'],
    [403, 'operator'],
    [404, 'provider'],
    [429, 'provider'],
    [500, 'provider'],
    [301, 'provider'],
  ])('cannot read anything by %i and waits for the %s', async (status, waitingFor) => {
    expect(await lookUpAt(status, { detail: 'Why.' })).toEqual({
      kind: 'unreadable',
      waitingFor,
      because: `submission study43-s1: Prolific answered ${status}: Why.`,
    });
  });

  it.each([
    ['is no submission', 'hello'],
    ['has bonuses in words', { ...submission, bonus_payments: ['2.50'] }],
    ['is another submission', { ...submission, id: 'study43-s2', bonus_payments: [250, 250] }],
  ])('cannot read an answer that %s', async (_what, answer) => {
    expect(await lookUpAt(200, answer)).toMatchObject({ kind: 'unreadable', waitingFor: 'provider' });
  });

  it('cannot read anything where nobody answers', async () => {
    server = await startOutsider(() => json(200, submission));
    await server.stop();
    const sighting = await connectTo(server.env).lookUp({ request: aRequest(), snapshot, controls: [] });
    expect(sighting).toMatchObject({ kind: 'unreadable', waitingFor: 'provider' });
  });

  it('reads ids that a short token is a part of', async () => {
    server = await startOutsider(() => json(200, { ...submission, bonus_payments: [250, 250] }));
    const account = connectTo({ ...server.env, PROLIFIC_API_TOKEN: 'study43' });
    expect(await account.lookUp({ request: aRequest(), snapshot, controls: [] })).toMatchObject({ kind: 'present' });
  });

  it('never repeats the token, even where the provider does', async () => {
    const sighting = await lookUpAt(500, { detail: `no such key: Token ${TOKEN}` });
    expect(sighting).toMatchObject({
      because: 'submission study43-s1: Prolific answered 500: no such key: Token [token]',
    });
  });
});
