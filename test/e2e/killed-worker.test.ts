import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/sandbox/fault-spec.js';
import type { PayoutHandle } from '../../src/client/payout-handle.js';
import { PAYING_ROUTES, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startWorkerProcess } from '../support/worker-process.js';

type Killed = { readonly request: { readonly reference: string }; readonly handle: PayoutHandle };

/** What the provider did with the call whose worker was killed. */
const CASES: readonly {
  what: string;
  fault: Pick<FaultInput, 'kind' | 'afterEffect'>;
  ends: Record<ProviderName, string>;
}[] = [
  {
    what: 'which the provider has paid',
    fault: { kind: 'never_answers', afterEffect: true },
    ends: { manifest: 'sent', prolific: 'sent', respondent: 'sent' },
  },
  {
    what: 'which the provider has not paid',
    fault: { kind: 'never_answers' },
    // Without a key nobody can know: it is not paid again, a person is asked.
    ends: { manifest: 'sent', prolific: 'in_doubt', respondent: 'in_doubt' },
  },
];

describe.each(CASES)('a worker that was killed in the middle of a paying call $what', ({ fault, ends }) => {
  let stack: TestStack;
  let killed: ReadonlyMap<ProviderName, Killed>;
  beforeAll(async () => {
    stack = await startPayouts({ workers: 0, env: { PAYOUTS_HTTP_TIMEOUT_MS: '4000' } });
    for (const provider of PROVIDER_NAMES)
      stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], ...fault });
    const worker = await startWorkerProcess(stack.env);
    killed = new Map(
      await Promise.all(
        PROVIDER_NAMES.map(async (provider) => {
          const request = REQUESTS[provider]();
          return [provider, { request, handle: await stack.payouts.start(request) }] as const;
        }),
      ),
    );
    const paying = () => PROVIDER_NAMES.map((provider) => stack.payingCalls(provider));
    await until(paying, (calls) => calls.every((count) => count === 1));
    await worker.kill();
    await stack.startWorker();
  });
  afterAll(() => stack?.stop());

  it.concurrent.each(PROVIDER_NAMES)(
    'does not make %s pay twice: another worker finishes the payout',
    async (provider) => {
      const { request, handle } = killed.get(provider) as Killed;
      expect((await stack.show(request.reference)).exchanges).toEqual([{ at: expect.any(String), outcome: 'open' }]);
      if (ends[provider] === 'sent') expect(await handle.result()).toMatchObject({ status: 'sent' });
      else await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      const isPaid = ends[provider] === 'sent';
      expect(stack.payments(request)).toHaveLength(isPaid ? 1 : 0);
      if (provider !== 'manifest') expect(stack.payingCalls(provider)).toBe(1);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('a worker that is asked to stop in the middle of a paying call', () => {
  it('finishes that call first, and another worker goes on', async () => {
    const stack = await startPayouts({ workers: 0 });
    try {
      stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'slow', delayMs: 1_000 });
      const first = await stack.startWorker();
      const request = REQUESTS.prolific();
      const handle = await stack.payouts.start(request);
      await until(
        () => stack.payingCalls('prolific'),
        (calls) => calls === 1,
      );
      await first.stop();
      expect((await stack.show(request.reference)).exchanges).toMatchObject([{ outcome: 'accepted' }]);
      await stack.startWorker();
      expect(await handle.result()).toMatchObject({ status: 'sent' });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement();
    } finally {
      await stack.stop();
    }
  });
});
