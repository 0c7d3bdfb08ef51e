import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYING_ROUTES, prolificRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { aboutOf, aloneRequest } from './support/about.js';
import { expectOursToAgree, somebodyPaysBonus } from './support/somebody-else.js';
import { readWaits, untilEvidence } from './support/evidence.js';
import { HASTY } from './support/times.js';

const PROLIFIC = { provider: 'prolific', route: PAYING_ROUTES.prolific } as const;
const READS = { provider: 'prolific', route: 'GET /submissions/:id/' } as const;
/** Longer than the records may lag by our times, and still before a test loses its patience. */
const LAG_MS = 4_500;

let stack: TestStack;
beforeAll(async () => {
  const visibleAfterMs = (id: string): number => (id.includes('late') ? LAG_MS : 0);
  stack = await startPayouts({
    env: {
      ...HASTY,
      // One account, reached by two names: with the second the operator vouches for the guard.
      RESPONDENT_API_KEY__SURE: 'sandbox-respondent-key',
      RESPONDENT_API_SECRET__SURE: 'sandbox-respondent-secret',
      RESPONDENT_GUARD__SURE: 'proven',
    },
    prolific: { visibleAfterMs },
    respondent: { visibleAfterMs },
  });
});
afterAll(() => stack?.stop());

const BY_ADA = { by: 'ada', evidence: 'asked the provider' } as const;
const outcomes = ({ exchanges }: { readonly exchanges: readonly { readonly outcome: string }[] }) =>
  exchanges.map(({ outcome }) => outcome);

describe('a 202 of Prolific', () => {
  it.concurrent(
    'that never shows is pending until the settle time, then in doubt for a person, and never paid again',
    async () => {
      const request = prolificRequest();
      stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'status', status: 202 });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'pending', waitingFor: 'provider' });
      const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(outcomes(doubted)).toEqual(['accepted']);
      expect(doubted.evidence).toMatch(/accepted by the provider.*shows no new payment of 250 since the snapshot/);
      expect(await handle.resolve({ paid: false, ...BY_ADA })).toMatchObject({ status: 'error' });
      expect(stack.payments(request)).toEqual([]);
      await expectOursToAgree(stack, request.reference);
    },
  );

  it.concurrent('that shows after the settle time is in doubt until then, and sent once it shows', async () => {
    const request = prolificRequest({ submissionId: `study-late${Date.now()}a` });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    const ended = await handle.result();
    expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await expectOursToAgree(stack, request.reference);
  });

  it.concurrent('whose records answer 401 waits for the operator, and goes on after `resume`', async () => {
    const request = prolificRequest({ submissionId: `study-late${Date.now()}b` });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'pending' });
    const about = aboutOf(request);
    const fault = stack.sandbox.faults.add({ ...READS, about, kind: 'status', status: 401, times: 'always' });
    await stack.until(request.reference, { status: 'pending', waitingFor: 'operator' });
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'operator' });
    stack.sandbox.faults.remove(fault);
    await handle.resume();
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: { length: 1 } });
    expect(await readWaits(stack, request.reference)).not.toContain('approval');
    expect(stack.payments(request)).toHaveLength(1);
    await expectOursToAgree(stack, request.reference);
  });
});

describe('the multiset of bonus_payments', () => {
  it.concurrent(
    'that held the same amount before is no proof, and neither is another amount that came since',
    async () => {
      const submissionId = prolificRequest().submissionId as string;
      const first = prolificRequest({ submissionId });
      expect(await stack.pay(first)).toMatchObject({ status: 'sent' });
      const second = prolificRequest({ submissionId });
      stack.sandbox.faults.add({ ...PROLIFIC, about: submissionId, kind: 'error_before' });
      const handle = await stack.payouts.start(second);
      await stack.until(second.reference, { status: 'in_doubt' });
      await somebodyPaysBonus(stack, second, '9.00');
      await stack.until(second.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(await handle.resolve({ paid: false, ...BY_ADA })).toMatchObject({ status: 'error' });
      await expectOursToAgree(stack, first.reference, second.reference);
    },
  );

  it.concurrent(
    'that grew by the same amount beside the one before is proof: two payouts of one amount, each shown',
    async () => {
      const submissionId = prolificRequest().submissionId as string;
      const requests = [prolificRequest({ submissionId }), prolificRequest({ submissionId })] as const;
      expect(await stack.pay(requests[0])).toMatchObject({ status: 'sent' });
      stack.sandbox.faults.add({ ...PROLIFIC, about: submissionId, kind: 'reply_lost' });
      expect(await stack.pay(requests[1])).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(stack.payments(requests[0])).toHaveLength(2);
      await expectOursToAgree(stack, ...requests.map(({ reference }) => reference));
    },
  );
});

describe("Respondent's counts", () => {
  it.concurrent(
    'that lag beyond the settle time leave it in doubt for a person, and it is sent when they show it',
    async () => {
      const request = respondentRequest({ screenerResponseId: `late-${Date.now()}c` });
      const about = request.screenerResponseId;
      stack.sandbox.faults.add({ provider: 'respondent', route: PAYING_ROUTES.respondent, about, kind: 'reply_lost' });
      const handle = await stack.payouts.start(request);
      const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(doubted.evidence).toMatch(/Respondent counts 0 .*payment 1 is not there/);
      expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await expectOursToAgree(stack, request.reference);
    },
  );

  it.concurrent(
    'that lag, where the guard is vouched for, lead to the same number again: it is refused, and paid once',
    async () => {
      const request = respondentRequest({ account: 'sure', screenerResponseId: `late-${Date.now()}d` });
      const about = request.screenerResponseId;
      stack.sandbox.faults.add({ provider: 'respondent', route: PAYING_ROUTES.respondent, about, kind: 'reply_lost' });
      const ended = await stack.pay(request);
      expect(ended.status).toBe('sent');
      expect(new Set(outcomes(ended))).toEqual(new Set(['ambiguous']));
      expect(ended.exchanges.length).toBeGreaterThan(1);
      expect(stack.payments(request)).toHaveLength(1);
      await expectOursToAgree(stack, request.reference);
    },
  );

  it.concurrent('that cannot be read prove nothing: nothing is paid again', async () => {
    const request = aloneRequest('respondent');
    stack.sandbox.faults.add({
      provider: 'respondent',
      route: PAYING_ROUTES.respondent,
      about: aboutOf(request),
      kind: 'no_connection',
    });
    const counts = 'GET /v1/projects/:projectId/screener-responses/payouts';
    const fault = stack.sandbox.faults.add({
      provider: 'respondent',
      route: counts,
      about: aboutOf(request),
      kind: 'garbage_body',
      skip: 1,
      times: 'always',
    });
    const handle = await stack.payouts.start(request);
    const doubted = await untilEvidence(stack, request.reference, /its records cannot be read/);
    expect(doubted).toMatchObject({ status: 'in_doubt', waitingFor: 'provider', exchanges: { length: 1 } });
    stack.sandbox.faults.remove(fault);
    await handle.resume();
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect(await handle.resolve({ paid: false, ...BY_ADA })).toMatchObject({ status: 'error' });
    expect(stack.payments(request)).toEqual([]);
    await expectOursToAgree(stack, request.reference);
  });
});
