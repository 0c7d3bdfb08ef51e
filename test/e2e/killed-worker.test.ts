import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/sandbox/fault-spec.js';
import {
  manifestRequest,
  PAYING_ROUTES,
  prolificRequest,
  PROVIDER_NAMES,
  respondentRequest,
  type ProviderName,
} from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startWorkerProcess } from '../support/worker-process.js';

/** What the provider did with the call whose worker was killed. */
const CASES = [
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
] as const satisfies readonly {
  what: string;
  fault: Pick<FaultInput, 'kind' | 'afterEffect'>;
  ends: Record<ProviderName, string>;
}[];

const stops: (() => Promise<unknown>)[] = [];
let killed: ReadonlyMap<string, Awaited<ReturnType<typeof startKilled>>>;
beforeAll(async () => {
  // Side by side: that a worker is gone is noticed by its missing heartbeat, which takes a while.
  killed = new Map(await Promise.all(CASES.map(async ({ what, fault }) => [what, await startKilled(fault)] as const)));
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** Three payouts whose worker was killed while their providers were handling the paying call; another worker now runs. */
async function startKilled(fault: Pick<FaultInput, 'kind' | 'afterEffect'>) {
  const stack = await startPayouts({ workers: 0, env: { PAYOUTS_HTTP_TIMEOUT_MS: '4000' } });
  stops.push(() => stack.stop());
  for (const provider of PROVIDER_NAMES)
    stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], ...fault });
  const worker = await startWorkerProcess(stack.env);
  stops.push(() => worker.kill());
  const requests = { manifest: manifestRequest(), prolific: prolificRequest(), respondent: respondentRequest() };
  for (const request of Object.values(requests)) await stack.payouts.start(request);
  const paying = () => PROVIDER_NAMES.map((provider) => stack.payingCalls(provider));
  await until(paying, (calls) => calls.every((count) => count === 1));
  await worker.kill();
  for (const { reference } of Object.values(requests))
    expect((await stack.show(reference)).exchanges).toMatchObject([{ outcome: 'open' }]);
  await stack.startWorker();
  return { stack, requests };
}

for (const { what, ends } of CASES) {
  describe(`a worker that was killed in the middle of a paying call ${what}`, () => {
    it.concurrent.each(PROVIDER_NAMES)(
      'does not make %s pay twice: another worker finishes the payout',
      async (provider) => {
        const { stack, requests } = killed.get(what) as {
          stack: TestStack;
          requests: Record<ProviderName, { reference: string }>;
        };
        const request = requests[provider];
        const isPaid = ends[provider] === 'sent';
        await stack.until(
          request.reference,
          isPaid ? { status: 'sent' } : { status: 'in_doubt', waitingFor: 'person' },
        );
        expect(stack.payments(request)).toHaveLength(isPaid ? 1 : 0);
        if (provider !== 'manifest') expect(stack.payingCalls(provider)).toBe(1);
        await stack.expectAgreement(request.reference);
      },
    );
  });
}

describe('a worker that is asked to stop in the middle of a paying call', () => {
  it('finishes that call first, and another worker goes on', async () => {
    await withPayouts({ workers: 0 }, async (stack) => {
      stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'slow', delayMs: 1_000 });
      const first = await stack.startWorker();
      const request = prolificRequest();
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
    });
  });
});
