import { beforeEach, describe, expect, it } from 'vitest';
import { prolificJournalKey, prolificSandbox } from '../../../src/providers/prolific/sandbox.js';
import type { ProlificSandboxOptions } from '../../../src/providers/prolific/sandbox.js';
import type { SandboxProvider, SandboxReply } from '../../../src/sandbox/provider.js';
import { aRequest } from './support.js';

let nowMs: number;
beforeEach(() => {
  nowMs = Date.parse('2026-01-05T12:00:00Z');
});

const start = (options?: ProlificSandboxOptions): SandboxProvider => prolificSandbox(options)({ now: () => nowMs });

function call(
  sandbox: SandboxProvider,
  id: string,
  params: Record<string, string> = {},
  more: { body?: unknown; query?: Record<string, string> } = {},
) {
  const route = sandbox.routes.find((one) => one.id === id);
  if (!route) throw new Error(`no route ${id}`);
  const { body = {}, query = {} } = more;
  return route.handle({ params, query, headers: {}, body: JSON.stringify(body) });
}

const setUp = (sandbox: SandboxProvider, csv_bonuses: string, study_id = 'study43') =>
  call(sandbox, 'POST /submissions/bonus-payments/', {}, { body: { study_id, csv_bonuses } });
const idOf = (reply: SandboxReply) => (reply.json as { id: string }).id;
const pay = (sandbox: SandboxProvider, id: string) => call(sandbox, 'POST /bulk-bonus-payments/:id/pay/', { id });
const read = (sandbox: SandboxProvider, id: string) => call(sandbox, 'GET /submissions/:id/', { id });
const bonusesOf = (reply: SandboxReply) => (reply.json as { bonus_payments: number[] }).bonus_payments;
const detailOf = (reply: SandboxReply) => (reply.json as { error: { detail: string } }).error.detail;

describe('the simulated Prolific', () => {
  it('pays the same bulk again each time it is asked, as documented', () => {
    const sandbox = start();
    const id = idOf(setUp(sandbox, 'study43-s1,2.50'));
    expect(pay(sandbox, id).status).toBe(202);
    expect(pay(sandbox, id).status).toBe(202);
    expect(
      sandbox
        .payments()
        .map(({ key, amountMinor, state, providerReference }) => ({ key, amountMinor, state, providerReference })),
    ).toEqual([
      { key: 'prolific/study43-s1', amountMinor: 250, state: 'paid', providerReference: id },
      { key: 'prolific/study43-s1', amountMinor: 250, state: 'paid', providerReference: id },
    ]);
    nowMs += 700;
    expect(bonusesOf(read(sandbox, 'study43-s1'))).toEqual([250, 250]);
  });

  it('shows a bonus only some time after it was paid', () => {
    const sandbox = start({ visibleAfterMs: 5_000 });
    pay(sandbox, idOf(setUp(sandbox, 'study43-s1,2.50')));
    expect(sandbox.payments()).toHaveLength(1);
    expect(bonusesOf(read(sandbox, 'study43-s1'))).toEqual([]);
    nowMs += 4_999;
    expect(bonusesOf(read(sandbox, 'study43-s1'))).toEqual([]);
    nowMs += 1;
    expect(bonusesOf(read(sandbox, 'study43-s1'))).toEqual([250]);
  });

  it('pays nothing when it is set up', () => {
    const sandbox = start();
    setUp(sandbox, 'study43-s1,2.50');
    expect(sandbox.payments()).toEqual([]);
  });

  it('answers the set-up in the documented shape, with fractions of a penny', () => {
    const { status, json } = setUp(start(), 'study43-s1,8.50');
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      total_amount: 1133.34,
      study: 'study43',
      amount: 850,
      fees: 283.34,
      vat: 0,
    });
  });

  it('answers the paying call with the sentence that is documented', () => {
    const sandbox = start();
    const id = idOf(setUp(sandbox, 'study43-s1,2.50'));
    expect(pay(sandbox, id).json).toBe(
      `Bulk bonus payment with ID ${id} is being processed asynchronously. Payments will be completed shortly.`,
    );
  });

  it.each([
    ['12.50', 1250],
    ['12.5', 1250],
    ['30', 3000],
    ['0.01', 1],
  ])('reads %s as %i minor units', (major, amountMinor) => {
    expect((setUp(start(), `study43-s1,${major}`).json as { amount: number }).amount).toBe(amountMinor);
  });

  it.each([
    ['study43-s1,0', 'wrong line'],
    ['study43-s1,-1', 'wrong line'],
    ['study43-s1,1.999', 'wrong line'],
    ['study43-s1', 'wrong line'],
    ['', 'empty'],
    ['study43-s1,1.00\nother-s2,1.00\nnobody,1.00', 'these have not taken part in study study43: other-s2, nobody'],
    ['study43-refused,1.00', 'these cannot be paid: study43-refused'],
    [Array.from({ length: 201 }, (_, n) => `study43-s${n},1.00`).join('\n'), 'at most 200'],
  ])('refuses the bonuses %j', (csv, why) => {
    const reply = setUp(start(), csv);
    expect(reply.status).toBe(400);
    expect(detailOf(reply)).toContain(why);
  });

  it('refuses a participant whose id says so, by whichever id it is named', () => {
    const sandbox = start({ submissions: [{ id: 's1', study: 'study43', participant: 'p-refused' }] });
    expect(setUp(sandbox, 's1,1.00').status).toBe(400);
    expect(setUp(sandbox, 'p-refused,1.00').status).toBe(400);
  });

  it('does not know a bulk that was never set up', () => {
    expect(pay(start(), '621014cb8e9e0f81e387021f').status).toBe(404);
  });

  it('refuses to pay what the workspace does not hold, fees included', () => {
    const sandbox = start({ balanceMinor: 600 });
    const id = idOf(setUp(sandbox, 'study43-s1,2.50'));
    expect([pay(sandbox, id).status, pay(sandbox, id).status]).toEqual([202, 400]);
    expect(sandbox.payments()).toHaveLength(1);
    expect(call(sandbox, 'GET /workspaces/:id/balance/', { id: 'ws' }).json).toMatchObject({ available_balance: 266 });
  });

  it('knows a submission by the study in its id, and no other', () => {
    const sandbox = start();
    expect(read(sandbox, 'study-43-s1').json).toMatchObject({
      id: 'study-43-s1',
      study_id: 'study-43',
      participant: 'participant-of-study-43-s1',
    });
    expect(read(sandbox, 'nobody').status).toBe(404);
    expect(read(start({ studyOf: () => 'study9' }), 'nobody').json).toMatchObject({ study_id: 'study9' });
  });

  it('takes the study that it was given before the one in the id', () => {
    const sandbox = start({
      submissions: [{ id: 'study43-s1', study: 'study9', participant: 'p1', status: 'RETURNED' }],
    });
    expect(read(sandbox, 'study43-s1').json).toMatchObject({
      study_id: 'study9',
      participant: 'p1',
      status: 'RETURNED',
    });
    expect(setUp(sandbox, 'study43-s1,1.00', 'study43').status).toBe(400);
    expect(setUp(sandbox, 'study43-s1,1.00', 'study9').status).toBe(201);
  });

  it('lists the submissions of a study page by page', () => {
    const submissions = Array.from({ length: 5 }, (_, n) => ({ id: `s${n}`, study: 'study43', participant: `p${n}` }));
    const sandbox = start({ submissions: [...submissions, { id: 'x', study: 'other', participant: 'p1' }] });
    const list = (offset: string) =>
      call(sandbox, 'GET /studies/:id/submissions/', { id: 'study43' }, { query: { limit: '3', offset } }).json;
    expect(list('0')).toMatchObject({
      results: [{ id: 's0', participant_id: 'p0' }, { id: 's1' }, { id: 's2' }],
      _links: { next: { href: '?limit=3&offset=3' } },
      meta: { count: 5 },
    });
    expect(list('3')).toMatchObject({ results: [{ id: 's3' }, { id: 's4' }], _links: { next: { href: null } } });
  });

  it('lets nobody in without the token', () => {
    const sandbox = start({ tokens: ['made-up-1', 'made-up-2'] });
    expect(sandbox.authorize({ authorization: 'Token made-up-2' })).toBeUndefined();
    expect(sandbox.authorize({ authorization: 'Bearer made-up-1' })?.status).toBe(401);
    expect(sandbox.authorize({})?.status).toBe(401);
    expect(sandbox.env('http://x/api/v1')).toEqual({
      PROLIFIC_BASE_URL: 'http://x/api/v1',
      PROLIFIC_API_TOKEN: 'made-up-1',
    });
  });

  it('keeps the currency by study', () => {
    const sandbox = start({ currencies: { us: 'USD' } });
    pay(sandbox, idOf(setUp(sandbox, 'us-s1,1.00', 'us')));
    pay(sandbox, idOf(setUp(sandbox, 'uk-s1,1.00', 'uk')));
    expect(sandbox.payments().map(({ currency }) => currency)).toEqual(['USD', 'GBP']);
  });
});

describe('the journal key of a request', () => {
  it('is the submission, also where it was resolved from a participant', () => {
    expect(prolificJournalKey(aRequest({ submissionId: 's1' }))).toBe('prolific/s1');
    expect(prolificJournalKey(aRequest({ submissionId: undefined, participantId: 'p1' }), 's1')).toBe('prolific/s1');
  });
});
