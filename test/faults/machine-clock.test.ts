import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../activities/deps.js';
import { PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { isCommitOf, startPostgresProxy } from './support/postgres-proxy.js';
import { drive, payingCallsOf, requestTo, startSteps, STEP_TIMES, type Steps } from './support/steps.js';

const HOUR_MS = 3_600_000;
const DATE_IN_MS = 3_000;
const CLOCKS = [
  ['five hours ahead', 5 * HOUR_MS],
  ['five hours behind', -5 * HOUR_MS],
] as const;

interface Shifted {
  readonly stack: TestStack;
  readonly worker: WorkerProcess;
}

const shifted = new Map<string, Shifted>();
let steps: Steps;
beforeAll(async () => {
  steps = await startSteps();
  await Promise.all(
    CLOCKS.map(async ([which, byMs]) => {
      const stack = await startPayouts({ workers: 0 });
      const worker = await startWorkerProcess({ ...stack.env, NODE_OPTIONS: `--import=${preloadClock(byMs)}` });
      shifted.set(which, { stack, worker });
    }),
  );
});
afterAll(async () => {
  for (const { stack, worker } of shifted.values()) {
    await worker.kill();
    await stack.stop();
  }
  await steps?.stop();
});

/** Shifts the wall clock of a whole process, before its first line is run. */
function preloadClock(byMs: number): string {
  const program = `const Real=Date;globalThis.Date=class Date extends Real{constructor(...given){
    given.length===0?super(Real.now()+(${byMs})):super(...given)}static now(){return Real.now()+(${byMs})}}`;
  return `data:text/javascript,${encodeURIComponent(program.replaceAll('\n', ''))}`;
}

/** The hours that a worker's own log is off by. */
function hoursOff(worker: WorkerProcess): number {
  const line =
    worker
      .output()
      .split('\n')
      .find((text) => text.includes('"running"')) ?? '{}';
  const { time } = JSON.parse(line) as { time: string };
  return Math.round((Date.parse(time) - Date.now()) / HOUR_MS);
}

const EACH = CLOCKS.flatMap(([which, byMs]) => PROVIDER_NAMES.map((provider) => [which, provider, byMs] as const));

describe('a worker whose wall clock is wrong', () => {
  it.concurrent.each(EACH)('by %s pays once through %s, by the clock of the ledger', async (which, provider, byMs) => {
    const { stack, worker } = shifted.get(which) as Shifted;
    expect(hoursOff(worker)).toBe(byMs / HOUR_MS);
    const request = REQUESTS[provider]();
    expect(await stack.pay(request)).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it.concurrent.each(EACH)(
    'by %s pays through %s at its date, not hours early and not hours late',
    async (which, provider) => {
      const { stack } = shifted.get(which) as Shifted;
      const scheduledAt = new Date(Date.now() + DATE_IN_MS).toISOString();
      const request = REQUESTS[provider]({ scheduledAt });
      const handle = await stack.payouts.start(request);
      expect(await handle.result()).toMatchObject({ status: 'sent' });
      const [payment, ...more] = stack.payments(request);
      expect(more).toEqual([]);
      // Manifest keeps the date itself and is asked at once.
      if (provider !== 'manifest')
        expect(payment && Date.parse(payment.at)).toBeGreaterThanOrEqual(Date.parse(scheduledAt));
      await stack.expectAgreement(request.reference);
    },
  );
});

/** A clock that somebody sets in the middle of a step. */
function settableClock(): Clock & { set(byMs: number): void } {
  let offMs = 0;
  return { ...systemClock, wallMs: () => systemClock.wallMs() + offMs, set: (byMs) => void (offMs = byMs) };
}

const SEND_BY_MS = Number(STEP_TIMES['PAYOUTS_SEND_BY_MS']);

describe('a wall clock that is set between opening an exchange and sending', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'hours ahead: sends nothing to %s then, and pays once after all',
    async (provider) => {
      const { clock, sandbox, request, commit, first } = await startHeld(provider);
      clock.set(5 * HOUR_MS);
      commit.release();
      await expectUnsentThenPaid(provider, sandbox, request, first);
    },
  );

  it.concurrent.each(PROVIDER_NAMES)(
    'hours back, and too late: sends nothing to %s then, and pays once after all',
    async (provider) => {
      const { clock, sandbox, request, commit, first } = await startHeld(provider);
      clock.set(-5 * HOUR_MS);
      await systemClock.sleep(SEND_BY_MS);
      commit.release();
      await expectUnsentThenPaid(provider, sandbox, request, first);
    },
  );
});

/** A payout whose exchange is committed, and whose worker has not heard it yet. */
async function startHeld(provider: ProviderName) {
  const sandbox = await steps.openSandbox(provider);
  const proxy = await startPostgresProxy(steps.databaseUrl);
  const clock = settableClock();
  const request = requestTo(provider);
  const commit = proxy.lay('hold_after', isCommitOf('exchanges'));
  const first = drive(steps.worker(sandbox, { databaseUrl: proxy.url, clock }), request);
  first.catch(() => undefined);
  await commit.untilSprung();
  return { clock, sandbox, request, commit, first };
}

async function expectUnsentThenPaid(
  provider: ProviderName,
  sandbox: Awaited<ReturnType<typeof startHeld>>['sandbox'],
  request: { readonly reference: string },
  first: ReturnType<typeof drive>,
): Promise<void> {
  expect((await first).view).toMatchObject({
    status: 'sent',
    exchanges: [{ outcome: 'unsent' }, { outcome: 'accepted' }],
  });
  expect(payingCallsOf(sandbox, provider)).toBe(1);
  expect(sandbox.journal()).toHaveLength(1);
  await steps.expectAgreement(request.reference);
}
