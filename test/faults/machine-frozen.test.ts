import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { PROVIDER_NAMES, shortId, type ProviderName } from '../support/requests.js';
import { isCommitOf, startPostgresProxy } from './support/postgres-proxy.js';
import { startStepProcess } from './support/step-process.js';
import {
  decideFor,
  drive,
  payingCallsOf,
  requestTo,
  startSteps,
  STEP_TIMES,
  type SandboxSettings,
  type Steps,
} from './support/steps.js';

let steps: Steps;
beforeAll(async () => {
  steps = await startSteps();
});
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
  await steps?.stop();
});

/** A worker in a process of its own, about to pay one payout through each provider; its ledger is behind a proxy. */
async function prepareWorker(settings: SandboxSettings = {}, env: Readonly<Record<string, string>> = {}) {
  const sandbox = await steps.openSandbox(PROVIDER_NAMES, settings);
  const requests = PROVIDER_NAMES.map((provider) => requestTo(provider));
  const proxy = await startPostgresProxy(steps.databaseUrl);
  stops.push(() => proxy.stop());
  const start = (some = requests) => {
    const process = startStepProcess({ ...sandbox.env, ...env, PAYOUTS_DATABASE_URL: proxy.url }, some);
    stops.push(() => process.kill());
    return process;
  };
  const requestOf = (provider: ProviderName) => requests[PROVIDER_NAMES.indexOf(provider)] as (typeof requests)[number];
  return { sandbox, requests, requestOf, proxy, start };
}

const payingCalls = (sandbox: Sandbox): readonly number[] =>
  PROVIDER_NAMES.map((provider) => payingCallsOf(sandbox, provider));

const SEND_BY_MS = Number(STEP_TIMES['PAYOUTS_SEND_BY_MS']);
const EACH = PROVIDER_NAMES.length;

describe('a worker that was frozen', () => {
  it.concurrent('between opening an exchange and sending, past `send_by`, sends nothing when it is woken', async () => {
    const { sandbox, requests, proxy, start } = await prepareWorker();
    const commit = proxy.lay('hold_after', isCommitOf('exchanges'), EACH);
    const worker = start();
    await commit.untilSprung(EACH);
    await worker.freeze();
    commit.release();
    for (const { reference } of requests)
      expect((await steps.show(reference)).exchanges).toMatchObject([{ outcome: 'open' }]);
    await sleep(SEND_BY_MS);
    worker.wake();
    for (const view of await worker.views())
      expect(view).toMatchObject({ status: 'created', exchanges: [{ outcome: 'unsent' }] });
    expect(payingCalls(sandbox)).toEqual([0, 0, 0]);

    const deps = steps.worker(sandbox, { maxConnections: EACH });
    for (const { view } of await Promise.all(requests.map((request) => drive(deps, request))))
      expect(view).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'unsent' }, { outcome: 'accepted' }] });
    expect(payingCalls(sandbox)).toEqual([1, 1, 1]);
    expect(sandbox.journal()).toHaveLength(EACH);
    await steps.expectAgreement(...requests.map(({ reference }) => reference));
  });

  it.concurrent(
    'with the reply in its hands, and is woken after another took over and a person called it unpaid, is heard',
    async () => {
      const unseen = { visibleAfterMs: 9_000 };
      const times = { PAYOUTS_SEND_BY_MS: '2500' };
      const { sandbox, requests, requestOf, proxy, start } = await prepareWorker(
        { prolific: unseen, respondent: unseen },
        times,
      );
      const commit = proxy.lay('hold_after', isCommitOf('exchanges'), EACH);
      const worker = start();
      await commit.untilSprung(EACH);
      // All that begins from here on is the writing of what came of the calls.
      const outcome = proxy.lay('hold_before', ({ text }) => text === 'begin', EACH);
      commit.release();
      await outcome.untilSprung(EACH);
      await worker.freeze();
      const paidAtMs = Date.now();
      expect(payingCalls(sandbox)).toEqual([1, 1, 1]);

      const other = steps.worker(sandbox, { env: times, maxConnections: EACH });
      const doubt = { status: 'in_doubt', waitingFor: 'person', exchanges: [{ outcome: 'open' }] };
      const word = { kind: 'resolve', by: 'ada', paid: false, payAgain: false, evidence: 'not in the list' } as const;
      const unpaid = async (provider: ProviderName) => {
        const request = requestOf(provider);
        expect((await drive(other, request)).view).toMatchObject(doubt);
        expect(await decideFor(other, request.reference, word)).toMatchObject({ status: 'error' });
      };
      await Promise.all([drive(other, requestOf('manifest')), unpaid('prolific'), unpaid('respondent')]);
      expect(Date.now() - paidAtMs).toBeLessThan(unseen.visibleAfterMs);

      outcome.release();
      worker.wake();
      const [manifest, ...late] = await worker.views();
      // Manifest was asked again under the same key meanwhile: two requests, one payment.
      expect(manifest).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }, { outcome: 'accepted' }] });
      for (const view of late) {
        expect(view).toMatchObject({ exchanges: [{ outcome: 'accepted' }] });
        expect(['pending', 'in_doubt', 'sent']).toContain(view.status);
        const { reference } = view;
        expect((await drive(other, { reference }, { isPatient: true })).view).toMatchObject({ status: 'sent' });
        expect(await countBreaks(reference)).toBeGreaterThan(0);
      }
      expect(payingCalls(sandbox)).toEqual([2, 1, 1]);
      expect(sandbox.journal()).toHaveLength(EACH);
      await steps.expectAgreement(...requests.map(({ reference }) => reference));
    },
  );

  it.concurrent('in the middle of a transaction holds up nobody else in its lane for long', async () => {
    const { sandbox, requestOf, proxy, start } = await prepareWorker();
    // The lane of the workspace, which every payout of the account goes through, comes after that of the submission.
    const isEntering = (text: string): boolean => text.startsWith('insert into lane_tickets');
    const inLane = proxy.lay('hold_after', ({ text, before }) => isEntering(text) && before.some(isEntering));
    const worker = start([requestOf('prolific')]);
    await inLane.untilSprung();
    await worker.freeze();

    const request = requestTo('prolific', { submissionId: `study-${shortId()}` });
    const paid = drive(steps.worker(sandbox), request);
    const isPaid = await Promise.race([paid.then(({ view }) => view.status === 'sent'), sleep(STUCK_FOR_MS, false)]);
    await worker.kill();
    expect({ isPaid }).toEqual({ isPaid: true });
    await steps.expectAgreement(request.reference);
  });
});

const STUCK_FOR_MS = 15_000;

async function countBreaks(reference: string): Promise<number> {
  const { rows } = await sql`select 1 from events where reference = ${reference} and is_break`.execute(steps.ledger.db);
  return rows.length;
}
