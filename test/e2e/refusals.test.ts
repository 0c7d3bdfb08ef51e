import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  manifestRequest,
  PAYING_ROUTES,
  PROVIDER_NAMES,
  prolificRequest,
  REQUESTS,
  respondentRequest,
  shortId,
} from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

describe('a refusal that no time will mend', () => {
  it.concurrent.each([
    ['manifest', manifestRequest({ accountConnection: 'acon_refused' })],
    ['prolific', prolificRequest({ submissionId: `study-refused${shortId()}` })],
    ['respondent', respondentRequest({ screenerResponseId: `refused-${shortId()}` })],
  ] as const)('ends the payout as error and keeps the reason, when %s answers 400', async (_provider, request) => {
    const ended = await stack.pay(request);
    expect(ended).toMatchObject({ status: 'error', waitingFor: 'nothing' });
    expect(ended.evidence).toMatch(/permission from this account connection|these cannot be paid|cannot be paid out/);
    expect(stack.payments(request)).toEqual([]);
    await stack.expectAgreement(request.reference);
  });

  it('is final: the same request again joins the payout that was refused, and asks nobody', async () => {
    const request = manifestRequest({ accountConnection: 'acon_refused' });
    const refused = await stack.pay(request);
    const asked = stack.payingCalls('manifest');
    expect(await stack.pay(request)).toMatchObject({ status: 'error', evidence: refused.evidence });
    expect(stack.payingCalls('manifest')).toBe(asked);
    await stack.expectAgreement(request.reference);
  });
});

describe('a refusal that the operator can mend', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'keeps the payout through %s waiting for the operator, and after `resume` it is paid once under the same reference',
    async (provider) => {
      const route = PAYING_ROUTES[provider];
      // As if the key were revoked: one request finds out.
      stack.sandbox.faults.add({ provider, route, kind: 'status', status: 401 });
      const request = REQUESTS[provider]();
      const handle = await stack.payouts.start(request);
      const waiting = await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
      expect(waiting.evidence).toMatch(/nothing was paid; the operator has to mend this.*401/);
      await sleep(500);
      expect(await stack.show(request.reference)).toEqual(waiting);

      await handle.resume({ by: 'ada' });
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'rejected' }, { outcome: 'accepted' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );

  it('keeps it waiting again when nothing was mended', async () => {
    const route = PAYING_ROUTES.manifest;
    stack.sandbox.faults.add({ provider: 'manifest', route, kind: 'status', status: 402, times: 2 });
    const request = manifestRequest();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
    await handle.resume();
    await until(
      () => stack.show(request.reference),
      ({ exchanges }) => exchanges.length === 2,
    );
    await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
    await handle.resume();
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it('is also found by a read that precedes the payment, and waits for the operator in the same way', async () => {
    stack.sandbox.faults.add({ provider: 'prolific', route: 'GET /submissions/:id/', kind: 'status', status: 403 });
    const request = prolificRequest();
    const handle = await stack.payouts.start(request);
    const waiting = await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
    expect(waiting.exchanges).toEqual([]);
    await handle.resume();
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it('can be canceled meanwhile: provably nothing was paid', async () => {
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'status', status: 401 });
    const request = prolificRequest();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
    expect(await handle.cancel({ by: 'ada' })).toEqual({ result: 'canceled', status: 'canceled' });
    expect(await handle.result()).toMatchObject({ status: 'canceled', exchanges: [{ outcome: 'rejected' }] });
    await stack.expectAgreement(request.reference);
  });

  it('is tried again by a slow timer when nobody says `resume`', async () => {
    await withPayouts({ env: { PAYOUTS_OPERATOR_RETRY_MS: '1000' } }, async (hasty) => {
      hasty.sandbox.faults.add({ provider: 'manifest', route: PAYING_ROUTES.manifest, kind: 'status', status: 401 });
      const request = manifestRequest();
      expect(await hasty.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'rejected' }, {}] });
      expect(hasty.payments(request)).toHaveLength(1);
    });
  });
});
