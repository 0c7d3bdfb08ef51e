import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, prolificRequest, PROVIDER_NAMES, REQUESTS, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

describe('a payout that nothing disturbs', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startPayouts();
  });
  afterAll(() => stack?.stop());
  afterEach(() => stack.expectAgreement());

  it.each(PROVIDER_NAMES)('is paid once through %s and ends as sent', async (provider) => {
    const request = REQUESTS[provider]();
    const paid = await stack.pay(request);
    expect(paid).toMatchObject({ status: 'sent', waitingFor: 'nothing', exchanges: [{ outcome: 'accepted' }] });
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
  });

  it('takes at most 14 events of history for an immediate payout through Manifest', async () => {
    const request = manifestRequest();
    await stack.pay(request);
    const { historyLength } = await stack.client.workflow.getHandle(`payout/${request.reference}`).describe();
    expect(historyLength).toBeLessThanOrEqual(14);
  });

  it('shows in its history how it went, with the evidence for each status', async () => {
    const requests = [manifestRequest(), prolificRequest(), respondentRequest()];
    const [viaManifest, viaProlific, viaRespondent] = await Promise.all(requests.map((request) => stack.pay(request)));
    const statuses = (shown = viaManifest) => shown?.history.map(({ status }) => status);
    expect(statuses()?.at(0)).toBe('created');
    expect(statuses()?.at(-1)).toBe('sent');
    expect(statuses(viaProlific)).toEqual(['created', 'pending', 'sent']);
    expect(statuses(viaRespondent)).toEqual(['created', 'pending', 'sent']);
    expect(viaProlific?.history.at(-1)?.evidence).toMatch(/^bonus_payments of submission .* grew by 250/);
    expect(viaRespondent?.amountMinor).toBe(5000);
    expect(viaManifest?.providerReference).toMatch(/^pay_/);
  });

  it('pays many at once, each of them once', async () => {
    const requests = PROVIDER_NAMES.flatMap((provider) => Array.from({ length: 10 }, () => REQUESTS[provider]()));
    const before = stack.sandbox.journal().length;
    const ended = await Promise.all(requests.map((request) => stack.pay(request)));
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['sent']));
    expect(stack.sandbox.journal()).toHaveLength(before + requests.length);
  });
});
