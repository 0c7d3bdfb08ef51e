import { afterEach, describe, expect, it } from 'vitest';
import type { ProlificRequest } from '../../../src/payout/request.js';
import type { Identified } from '../../../src/providers/provider.js';
import { aRequest, connectTo, json, startOutsider, TOKEN, type Asked, type Outsider } from './support.js';

const identity: Identified = { kind: 'identified', subject: 'study43-s1' };
const submission = {
  id: 'study43-s1',
  study_id: 'study43',
  participant: 'p1',
  status: 'APPROVED',
  bonus_payments: [100, 250.5],
};
const setUp = { id: 'b1', total_amount: 333.34, study: 'study43', amount: 250, fees: 83.34, vat: 0 };

let server: Outsider | undefined;
afterEach(async () => {
  await server?.stop();
});

interface Answers {
  readonly submission?: object;
  readonly setUp?: unknown;
  readonly status?: number;
}

async function prepareAt(
  answers: Answers,
  request: ProlificRequest = aRequest(),
  earlier?: { method: 'POST'; path: string; body: string },
) {
  server = await startOutsider(({ method }: Asked) =>
    method === 'GET'
      ? json(200, { ...submission, ...answers.submission })
      : json(answers.status ?? 201, 'setUp' in answers ? answers.setUp : setUp),
  );
  return connectTo(server.env).prepare(request, identity, earlier);
}

const asked = () => server?.asked.map(({ method, path }) => `${method} ${path}`);

describe('what precedes the paying call', () => {
  it('is a snapshot, then the set-up, and the call that pays it', async () => {
    expect(await prepareAt({})).toEqual({
      kind: 'prepared',
      call: { method: 'POST', path: '/bulk-bonus-payments/b1/pay/', body: '{}' },
      snapshot: { submissionId: 'study43-s1', bonusPayments: [100, 250.5] },
    });
    expect(asked()).toEqual(['GET /submissions/study43-s1/', 'POST /submissions/bonus-payments/']);
    expect(JSON.parse(server?.asked[1]?.body ?? '')).toEqual({ study_id: 'study43', csv_bonuses: 'study43-s1,2.50' });
    expect(server?.asked.map(({ headers }) => headers.authorization)).toEqual([`Token ${TOKEN}`, `Token ${TOKEN}`]);
  });

  it('is only a fresh snapshot where an earlier call is repeated', async () => {
    const earlier = { method: 'POST', path: '/bulk-bonus-payments/b0/pay/', body: '{}' } as const;
    expect(await prepareAt({}, aRequest(), earlier)).toEqual({
      kind: 'prepared',
      call: earlier,
      snapshot: { submissionId: 'study43-s1', bonusPayments: [100, 250.5] },
    });
    expect(asked()).toEqual(['GET /submissions/study43-s1/']);
  });

  it.each([[null], [undefined], [[]]])('takes %j for no bonus yet', async (bonus_payments) => {
    expect(await prepareAt({ submission: { bonus_payments } })).toMatchObject({ snapshot: { bonusPayments: [] } });
  });

  it.each([
    [
      'another study',
      { study_id: 'study44' },
      'submission study43-s1 is of study study44, not of study43: check studyId',
    ],
    [
      'another spelling of its id',
      { id: 'STUDY43-s1' },
      'Prolific answered with submission STUDY43-s1 for study43-s1: use that id',
    ],
  ])('refuses a submission of %s before anything is set up', async (_what, fields, message) => {
    expect(await prepareAt({ submission: fields })).toEqual({ kind: 'refused', message });
    expect(asked()).toHaveLength(1);
  });

  it.each([{ participant: 'p2' }, { participant: undefined, participant_id: 'p2' }])(
    'refuses the submission of another participant (%j)',
    async (fields) => {
      const request = aRequest({ submissionId: undefined, participantId: 'p1' });
      expect(await prepareAt({ submission: fields }, request)).toMatchObject({
        kind: 'refused',
        message: 'submission study43-s1 is of participant p2, not of p1',
      });
    },
  );

  it('waits for the provider where the submission cannot be read', async () => {
    expect(await prepareAt({ submission: { bonus_payments: ['2.50'] } })).toEqual({
      kind: 'unready',
      waitingFor: 'provider',
      message: 'submission study43-s1: the answer cannot be read (bonus_payments.0)',
    });
  });
});

describe('the answer of the set-up', () => {
  it.each([
    ['as documented', setUp],
    ['of another study, as in the documented example', { ...setUp, study: '620ca2735fcbba4fa2b3211a' }],
    ['without fees', { ...setUp, total_amount: 250, fees: 0 }],
    ['with fees and tax far above the usual', { ...setUp, total_amount: 900 }],
    ['without an amount', { id: 'b1', total_amount: 333.34 }],
    ['without an amount, at twice the sum', { id: 'b1', total_amount: 500 }],
    ['with a null amount', { ...setUp, amount: null }],
    ['in our currency', { ...setUp, currency: 'GBP' }],
    ['in our currency, written small', { ...setUp, currency_code: 'gbp' }],
  ])('is trusted %s', async (_how, answer) => {
    expect(await prepareAt({ setUp: answer })).toMatchObject({ kind: 'prepared' });
  });

  it.each([
    ['a hundredfold', { ...setUp, amount: 25000 }, 'set-up answered an amount of 25000, asked for 250: not paid'],
    ['a hundredth', { ...setUp, amount: 2.5 }, 'set-up answered an amount of 2.5, asked for 250: not paid'],
    ['a fraction more', { ...setUp, amount: 250.01 }, 'set-up answered an amount of 250.01, asked for 250: not paid'],
    ['nothing', { ...setUp, amount: 0 }, 'set-up answered an amount of 0, asked for 250: not paid'],
    [
      'a total below the sum',
      { ...setUp, total_amount: 249.99 },
      'set-up answered a total of 249.99 with fees, asked for 250: not paid',
    ],
    [
      'a total a hundredfold',
      { id: 'b1', total_amount: 33334 },
      'set-up answered a total of 33334 with fees, asked for 250: not paid',
    ],
    [
      'a total over twice the sum',
      { id: 'b1', total_amount: 500.01 },
      'set-up answered a total of 500.01 with fees, asked for 250: not paid',
    ],
    ['dollars', { ...setUp, currency: 'USD' }, 'set-up answered in USD, asked for GBP: not paid'],
    ['dollars by code', { ...setUp, currency_code: 'USD' }, 'set-up answered in USD, asked for GBP: not paid'],
    [
      'dollars beside pounds',
      { ...setUp, currency: 'GBP', currency_code: 'USD' },
      'set-up answered in USD, asked for GBP: not paid',
    ],
  ])('is refused with %s', async (_what, answer, message) => {
    expect(await prepareAt({ setUp: answer })).toEqual({ kind: 'refused', message });
  });

  it.each([
    ['a sentence', 'Set up.'],
    ['no id', { ...setUp, id: undefined }],
    ['an id that would leave the path', { ...setUp, id: '../../x' }],
    ['no total', { ...setUp, total_amount: undefined }],
    ['an amount in words', { ...setUp, amount: '250' }],
  ])('that is %s is asked for again later: an unpaid bulk is harmless', async (_what, answer) => {
    expect(await prepareAt({ setUp: answer })).toMatchObject({ kind: 'unready', waitingFor: 'provider' });
  });

  it.each([
    [400, { kind: 'refused', message: 'set-up: Prolific answered 400: Bad request: these ids are wrong: study43-s1' }],
    [404, { kind: 'refused' }],
    [422, { kind: 'refused' }],
    [401, { kind: 'unready', waitingFor: 'operator' }],
    [403, { kind: 'unready', waitingFor: 'operator' }],
    [402, { kind: 'unready', waitingFor: 'operator' }],
    [429, { kind: 'unready', waitingFor: 'provider' }],
    [500, { kind: 'unready', waitingFor: 'provider' }],
  ])('with status %i is %o', async (status, expected) => {
    const answer = { error: { status, title: 'Bad request', detail: 'these ids are wrong: study43-s1' } };
    expect(await prepareAt({ status, setUp: answer })).toMatchObject(expected);
  });
});
