import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYING_ROUTES, prolificRequest, respondentRequest, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

let stack: TestStack;
beforeAll(async () => {
  const inStudy = (id: string, participant: string) => ({ id, study: 'study', participant });
  stack = await startPayouts({
    prolific: { submissions: [inStudy('s-ada', 'ada'), inStudy('s-bob-1', 'bob'), inStudy('s-bob-2', 'bob')] },
  });
});
afterAll(() => stack?.stop());

describe("the n-th payment of one screener response, by Respondent's count", () => {
  it.concurrent('is refused before anything is sent when the n-th was already made elsewhere', async () => {
    const screenerResponseId = `response-${shortId()}`;
    const first = respondentRequest({ screenerResponseId });
    expect(await stack.pay(first)).toMatchObject({ status: 'sent' });
    const again = respondentRequest({ screenerResponseId });
    const ended = await stack.pay(again);
    expect(ended).toMatchObject({ status: 'error', exchanges: [] });
    expect(ended.evidence).toMatch(/already paid elsewhere/);
    expect(stack.payments(first)).toHaveLength(1);
    await stack.expectAgreement(first.reference, again.reference);
  });

  it.concurrent('is refused when the ones before it are neither made nor on their way', async () => {
    const request = respondentRequest({ payoutCount: 3 });
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'error', exchanges: [] });
    expect(ended.evidence).toMatch(/payment 3 cannot be the next one/);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('waits when the second was started before the first, and both are paid once', async () => {
    const screenerResponseId = `response-${shortId()}`;
    const first = respondentRequest({ screenerResponseId, payoutCount: 1 });
    const second = respondentRequest({ screenerResponseId, payoutCount: 2, tipMinor: 300 });
    const secondHandle = await stack.payouts.start(second);
    await stack.until(second.reference, { status: 'created', waitingFor: 'lane' });
    const [one, two] = await Promise.all([stack.pay(first), secondHandle.result()]);
    expect([one.status, two.status]).toEqual(['sent', 'sent']);
    expect([one.amountMinor, two.amountMinor]).toEqual([5000, 5300]);
    expect([stack.payments(first).length, stack.payments(second).length]).toEqual([1, 1]);
    await stack.expectAgreement(first.reference, second.reference);
  });
});

describe('payments on one Prolific submission', () => {
  it.concurrent('of the same amount are made one after the other, and each of them is proven', async () => {
    const submissionId = `study-${shortId()}`;
    const requests = [prolificRequest({ submissionId }), prolificRequest({ submissionId })] as const;
    const [one, two] = await Promise.all(requests.map((request) => stack.pay(request)));
    expect([one?.status, two?.status]).toEqual(['sent', 'sent']);
    expect(stack.payments(requests[0])).toHaveLength(2);
    // Proven: neither saw more than its own.
    for (const ended of [one, two]) expect(ended?.evidence).toMatch(/grew by 250 since the snapshot$/);
    await stack.expectAgreement(...requests.map(({ reference }) => reference));
  });

  it('behind one in doubt wait until that doubt is ended', async () => {
    const submissionId = `study-${shortId()}`;
    const doubted = prolificRequest({ submissionId });
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
    const doubtedHandle = await stack.payouts.start(doubted);
    await stack.until(doubted.reference, { status: 'in_doubt' });
    const behind = prolificRequest({ submissionId });
    const behindHandle = await stack.payouts.start(behind);
    const waiting = await stack.until(behind.reference, { status: 'created', waitingFor: 'lane' });
    expect(waiting.evidence).toContain(doubted.reference);
    await stack.until(doubted.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect(await stack.show(behind.reference)).toMatchObject({ status: 'created', exchanges: [] });

    await doubtedHandle.resolve({ paid: false, by: 'ada', evidence: 'the workspace shows no such bonus' });
    expect(await behindHandle.result()).toMatchObject({ status: 'sent' });
    expect(await stack.show(doubted.reference)).toMatchObject({ status: 'error' });
    expect(stack.payments(behind)).toHaveLength(1);
    await stack.expectAgreement(doubted.reference, behind.reference);
  });
});

describe('a Prolific participant', () => {
  it.concurrent('is paid on the one submission in the study', async () => {
    const request = prolificRequest({ participantId: 'ada' });
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'sent' });
    expect(ended.evidence).toContain('submission s-ada');
    await stack.expectAgreement(request.reference);
  });

  it.concurrent('with two submissions in the study is not paid: nobody chooses for the caller', async () => {
    const request = prolificRequest({ participantId: 'bob' });
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'error', exchanges: [] });
    expect(ended.evidence).toMatch(/s-bob-1.*s-bob-2.*name one by submissionId/);
    await stack.expectAgreement(request.reference);
  });
});
