import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, PAYING_ROUTES } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { HASTY } from './support/times.js';

const ROUTE = { provider: 'manifest', route: PAYING_ROUTES.manifest } as const;
const SILENT = 'acon_silent';

let stack: TestStack;
beforeAll(async () => {
  // Lists do not echo what we sent along, for these connections.
  const row = (shown: unknown, { accountConnection }: { readonly accountConnection: string }): unknown =>
    accountConnection === SILENT ? { ...(shown as object), user_data: {} } : shown;
  stack = await startPayouts({ manifest: { row }, env: HASTY });
});
afterAll(() => stack?.stop());

/** The first request paid, and its reply was lost; the repeat under the same key is answered with `status`. */
async function startPaidThenAnswered(status: number, request = manifestRequest()) {
  stack.sandbox.faults.add({ ...ROUTE, about: request.reference, kind: 'reply_lost' });
  stack.sandbox.faults.add({ ...ROUTE, about: request.reference, kind: 'status', status });
  return { request, handle: await stack.payouts.start(request) };
}

const neverError = ({ history }: { readonly history: readonly { readonly status: string }[] }): void =>
  expect(history.map(({ status }) => status)).not.toContain('error');

describe('a repeat under the same key, after the first request has paid and its reply was lost', () => {
  it.concurrent.each([401, 402, 403])(
    'answered %i leaves it in doubt for the operator, never error, and after `resume` it is sent and paid once',
    async (status) => {
      const { request, handle } = await startPaidThenAnswered(status);
      const waiting = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'operator' });
      expect(waiting.exchanges).toMatchObject([{ outcome: 'ambiguous' }, { outcome: 'rejected' }]);
      await handle.resume({ by: 'ada' });
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'sent' });
      neverError(ended);
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each([409, 429, 408, 503, 302])(
    'answered %i says nothing: it is sent by the next repeat, and paid once',
    async (status) => {
      const { request, handle } = await startPaidThenAnswered(status);
      const ended = await handle.result();
      expect(ended).toMatchObject({
        status: 'sent',
        exchanges: [{ outcome: 'ambiguous' }, { outcome: 'ambiguous' }, { outcome: 'accepted' }],
      });
      neverError(ended);
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent.each([400, 404, 422])(
    'answered %i, a refusal for good, ends the repeats and not the doubt: the lists show it, so it is sent',
    async (status) => {
      const { request, handle } = await startPaidThenAnswered(status);
      const ended = await handle.result();
      expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }, { outcome: 'rejected' }] });
      neverError(ended);
      expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
      await stack.expectAgreement(request.reference);
    },
  );

  it.concurrent('answered 422 where the lists do not show our tag stays in doubt until a person says so', async () => {
    const { request, handle } = await startPaidThenAnswered(422, manifestRequest({ accountConnection: SILENT }));
    const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    neverError(doubted);
    const ended = await handle.resolve({ paid: true, by: 'ada', evidence: 'seen in the dashboard' });
    expect(ended).toMatchObject({ status: 'sent', exchanges: { length: 2 } });
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(request.reference);
  });
});

describe('a repeat under the same key, where nobody can know whether the first request arrived', () => {
  it.concurrent('answered 422 is no proof that nothing was paid: in doubt, never error by itself', async () => {
    const request = manifestRequest({ accountConnection: SILENT });
    stack.sandbox.faults.add({ ...ROUTE, about: request.reference, kind: 'no_connection' });
    stack.sandbox.faults.add({ ...ROUTE, about: request.reference, kind: 'status', status: 422 });
    const handle = await stack.payouts.start(request);
    neverError(await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' }));
    const ended = await handle.resolve({ paid: false, by: 'ada', evidence: 'not in the dashboard' });
    expect(ended).toMatchObject({ status: 'error', exchanges: { length: 2 } });
    expect(stack.payments(request)).toEqual([]);
    await stack.expectAgreement(request.reference);
  });
});
