import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayoutHandle } from '../../src/client/payout-handle.js';
import type { Show } from '../../src/payout/show.js';
import { PAYING_ROUTES, prolificRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { aboutOf, aloneRequest } from './support/about.js';
import { lookLate, untilEvidence } from './support/evidence.js';
import { expectOursToAgree, judge } from './support/somebody-else.js';
import { HASTY } from './support/times.js';

const PROLIFIC = { provider: 'prolific', route: PAYING_ROUTES.prolific } as const;
const ADA = { by: 'ada', evidence: 'no such bonus in the workspace' } as const;
const BOB = { by: 'bob', evidence: 'the participant has thanked us' } as const;
const PAID = { paid: true } as const;
const NOT_PAID = { paid: false } as const;
const PAY_AGAIN = { paid: false, payAgain: true } as const;

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ env: HASTY, prolific: { visibleAfterMs: 0 }, workers: 2 });
});
afterAll(() => stack?.stop());

/** A bonus whose paying call was not carried out, which nobody but Prolific knows. */
async function startDoubted(kind: 'error_before' | 'reply_lost' = 'error_before') {
  const request = prolificRequest();
  stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind });
  const handle = await stack.payouts.start(request);
  await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
  return { request, handle };
}

type Word = typeof PAID | typeof NOT_PAID | typeof PAY_AGAIN;

/** Both at once. What became of each word. */
const bothSay = (handle: PayoutHandle, ada: Word, bob: Word): Promise<readonly PromiseSettledResult<Show>[]> =>
  Promise.allSettled([handle.resolve({ ...ada, ...ADA }), handle.resolve({ ...bob, ...BOB })]);

const refusals = (said: readonly PromiseSettledResult<Show>[]) =>
  said.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as { readonly code: string; readonly message: string }] : [],
  );

describe('two people who resolve the same payout at once', () => {
  it.concurrent('with opposite words: one word counts, and the other person is told what it is by now', async () => {
    const { request, handle } = await startDoubted();
    const said = await bothSay(handle, NOT_PAID, PAID);
    expect(refusals(said)).toMatchObject([
      { code: 'DecisionRefused', message: expect.stringMatching(/is (sent|error), not in doubt/) },
    ]);
    const ended = await handle.result();
    expect(ended.evidence).toMatch(
      ended.status === 'sent' ? /^bob says that it was paid/ : /^ada says that it was not paid/,
    );
    expect(stack.payments(request)).toEqual([]);
    // Bob was wrong: where his word came first, that is what the oracle finds, under his name.
    const verdict = ended.status === 'sent' ? 'ledger_says_paid_but_not' : 'agrees';
    expect(await judge(stack, request.reference)).toMatchObject({ verdict });
  });

  it.concurrent(
    'one to pay again and one that it was not paid: at most one payment, and the ledger knows of it',
    async () => {
      const { request, handle } = await startDoubted();
      const said = await bothSay(handle, PAY_AGAIN, NOT_PAID);
      expect(said.some(({ status }) => status === 'fulfilled')).toBe(true);
      const ended = await handle.result();
      expect(['sent', 'error']).toContain(ended.status);
      expect(stack.payments(request)).toHaveLength(ended.status === 'sent' ? 1 : 0);
      await expectOursToAgree(stack, request.reference);
    },
  );

  it.concurrent('both to pay it again: it is paid once', async () => {
    const { request, handle } = await startDoubted();
    await bothSay(handle, PAY_AGAIN, PAY_AGAIN);
    expect(await handle.result()).toMatchObject({
      status: 'sent',
      exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }],
    });
    // Whoever comes later still pays nothing.
    await expect(handle.resolve({ ...PAY_AGAIN, ...BOB })).rejects.toMatchObject({ code: 'DecisionRefused' });
    expect(stack.payments(request)).toHaveLength(1);
    await expectOursToAgree(stack, request.reference);
  });

  it.concurrent(
    'both to pay it again, and that request gets lost too: it is in doubt again, and two words are one request',
    async () => {
      const { request, handle } = await startDoubted();
      stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'error_before' });
      await bothSay(handle, PAY_AGAIN, PAY_AGAIN);
      await until(
        () => stack.show(request.reference),
        ({ exchanges, waitingFor }) => exchanges.length === 2 && waitingFor === 'person',
      );
      expect((await stack.show(request.reference)).exchanges).toHaveLength(2);
      expect(await handle.resolve({ ...NOT_PAID, ...ADA })).toMatchObject({ status: 'error' });
      expect(stack.payments(request)).toEqual([]);
      await expectOursToAgree(stack, request.reference);
    },
  );
});

describe('a word that is wrong', () => {
  it.concurrent(
    '--paid ends as sent under the name of who said it, pays nothing, and the oracle finds it',
    async () => {
      const { request, handle } = await startDoubted();
      const ended = await handle.resolve({ ...PAID, ...BOB });
      expect(ended).toMatchObject({ status: 'sent', evidence: `bob says that it was paid: ${BOB.evidence}` });
      await expect(handle.resolve({ ...NOT_PAID, ...ADA })).rejects.toThrow(/is sent, not in doubt/);
      expect(stack.payments(request)).toEqual([]);
      expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'ledger_says_paid_but_not' });
    },
  );

  it.concurrent('--not-paid is refused too early, and afterwards where the records show the payment', async () => {
    const request = aloneRequest('respondent');
    const about = aboutOf(request);
    stack.sandbox.faults.add({ provider: 'respondent', route: PAYING_ROUTES.respondent, about, kind: 'reply_lost' });
    const counts = 'GET /v1/projects/:projectId/screener-responses/payouts';
    const fault = stack.sandbox.faults.add({
      provider: 'respondent',
      route: counts,
      about,
      kind: 'error_before',
      skip: 1,
      times: 'always',
    });
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    await expect(handle.resolve({ ...NOT_PAID, ...ADA })).rejects.toThrow(/too early: until \d{4}-/);
    await untilEvidence(stack, request.reference, /its records cannot be read/);
    stack.sandbox.faults.remove(fault);
    await expect(handle.resolve({ ...NOT_PAID, ...ADA })).rejects.toThrow(
      /the provider's records show the payment, so it is sent/,
    );
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await expectOursToAgree(stack, request.reference);
  });

  it.concurrent(
    '--not-paid --pay-again, while the first request is still on its way, pays twice: this is the assumption, and the word is kept',
    async () => {
      const request = prolificRequest();
      stack.sandbox.faults.add({ ...PROLIFIC, about: aboutOf(request), kind: 'slow', delayMs: 7_000 });
      const handle = await stack.payouts.start(request);
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      await handle.resolve({ ...PAY_AGAIN, ...ADA });
      expect(await handle.result()).toMatchObject({
        status: 'sent',
        exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }],
      });
      await until(
        () => stack.payments(request),
        ({ length }) => length === 2,
      );
      expect(await judge(stack, request.reference)).toMatchObject({ verdict: 'paid_twice' });
      // It is there to be seen: the next look counts both, and who asked for the second is in the ledger.
      expect((await lookLate(stack, request.reference)).evidence).toMatch(/grew by 250 since the snapshot, 2 times$/);
      const facts = await stack.ledger.transaction((tx) => tx.facts(request.reference));
      expect(facts?.decisions).toMatchObject([{ kind: 'resolve', paid: false, payAgain: true, by: 'ada' }]);
    },
  );
});
