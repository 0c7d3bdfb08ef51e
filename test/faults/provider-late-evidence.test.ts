import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYING_ROUTES, prolificRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { aboutOf, aloneRequest } from './support/about.js';
import { lookLate, readBreaks } from './support/evidence.js';
import { judge } from './support/somebody-else.js';
import { HASTY } from './support/times.js';

const READS = 'GET /submissions/:id/';
const PROLIFIC = { provider: 'prolific', route: PAYING_ROUTES.prolific } as const;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ env: HASTY, prolific: { visibleAfterMs: 0 } });
});
afterAll(() => stack?.stop());

describe('a payment that is seen after the payout was called over', () => {
  it.concurrent(
    'by a wrong --not-paid makes it sent, and the break is kept beside the word that it contradicts',
    async () => {
      const request = prolificRequest();
      const about = aboutOf(request);
      // It arrives long after we have given it up.
      stack.sandbox.faults.add({ ...PROLIFIC, about, kind: 'slow', delayMs: 6_000 });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(await handle.resolve({ paid: false, by: 'ada', evidence: 'asked Prolific' })).toMatchObject({
        status: 'error',
      });
      await until(
        () => stack.payments(request),
        ({ length }) => length === 1,
      );
      expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'paid_but_ledger_says_not' });

      expect(await lookLate(stack, request.reference)).toMatchObject({ status: 'sent', waitingFor: 'nothing' });
      const evidence = expect.stringMatching(
        /^seen after error: bonus_payments of submission .* grew by 250/,
      ) as string;
      expect(await readBreaks(stack, request.reference)).toEqual([{ status: 'sent', evidence }]);
      const { history } = await stack.show(request.reference);
      expect(history.slice(-2)).toMatchObject([
        { evidence: 'ada says that it was not paid: asked Prolific' },
        { evidence },
      ]);
      expect(await handle.status()).toMatchObject({ status: 'sent', exchanges: { length: 1 } });
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent(
    'while a look was under way makes the same workflow end as sent, against the word that it was not paid',
    async () => {
      const request = prolificRequest();
      const about = aboutOf(request);
      stack.sandbox.faults.add({ ...PROLIFIC, about, kind: 'error_before' });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      // The look leaves before the word is said, and is answered after it.
      stack.sandbox.faults.add({ provider: 'prolific', route: READS, about, kind: 'slow', delayMs: 900 });
      await stack.client.workflow.getHandle(handle.workflowId).signal('nudge');
      await until(
        () => stack.sandbox.faults.list(),
        (left) => !left.some((fault) => fault.about === about),
      );
      const said = handle.resolve({ paid: false, by: 'ada', evidence: 'asked Prolific' });
      const { PROLIFIC_BASE_URL: url, PROLIFIC_API_TOKEN: token } = stack.env;
      expect(await said).toMatchObject({ status: 'error' });
      const [bulk] = await stack.ledger.transaction(async (tx) => (await tx.facts(request.reference))?.attempts ?? []);
      await fetch(`${url}${bulk?.call.path}`, { method: 'POST', headers: { Authorization: `Token ${token}` } });
      expect(await handle.result()).toMatchObject({ status: 'sent' });
      expect(await readBreaks(stack, request.reference)).toMatchObject([{ status: 'sent' }]);
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent('by a refusal that the provider did not mean makes it sent, and is a break', async () => {
    const request = prolificRequest();
    stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'status', status: 400, afterEffect: true });
    expect(await stack.pay(request)).toMatchObject({ status: 'error', exchanges: [{ outcome: 'rejected' }] });
    expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'paid_but_ledger_says_not' });
    expect(await lookLate(stack, request.reference)).toMatchObject({ status: 'sent' });
    expect(await readBreaks(stack, request.reference)).toMatchObject([{ status: 'sent' }]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(['prolific', 'respondent'] as const)(
    'by a cancel through %s makes it sent, and is a break',
    async (provider) => {
      const request = aloneRequest(provider);
      const about = aboutOf(request);
      // A refusal that provably pays nothing, says the table; this one has paid all the same.
      stack.sandbox.faults.add({
        provider,
        route: PAYING_ROUTES[provider],
        about,
        kind: 'status',
        status: 401,
        afterEffect: true,
      });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
      expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'canceled', status: 'canceled' });
      expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'paid_but_ledger_says_not' });
      expect(await lookLate(stack, request.reference)).toMatchObject({ status: 'sent' });
      expect(await readBreaks(stack, request.reference)).toMatchObject([{ status: 'sent' }]);
      expect((await stack.show(request.reference)).history.at(-1)?.evidence).toMatch(/^seen after canceled/);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent('by a wrong --not-paid is found by `resume`, so that who sees it can say so', async () => {
    const request = aloneRequest('respondent');
    const route = PAYING_ROUTES.respondent;
    stack.sandbox.faults.add({ provider: 'respondent', route, about: aboutOf(request), kind: 'slow', delayMs: 6_000 });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect(await handle.resolve({ paid: false, by: 'ada', evidence: 'asked' })).toMatchObject({ status: 'error' });
    await until(
      () => stack.payments(request),
      ({ length }) => length === 1,
    );
    await handle.resume({ by: 'bob' });
    await stack.until(request.reference, { status: 'sent' });
    expect(await readBreaks(stack, request.reference)).toMatchObject([{ status: 'sent' }]);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('pays nobody again: the same reference started anew shows what was seen', async () => {
    const request = respondentRequest();
    stack.sandbox.faults.add({
      provider: 'respondent',
      route: PAYING_ROUTES.respondent,
      about: request.screenerResponseId,
      kind: 'status',
      status: 422,
      afterEffect: true,
    });
    expect(await stack.pay(request)).toMatchObject({ status: 'error' });
    await lookLate(stack, request.reference);
    expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'rejected' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});
