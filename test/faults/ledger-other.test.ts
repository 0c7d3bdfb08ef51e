import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker } from '../../src/worker/create-worker.js';
import { makeDatabase } from '../support/database.js';
import { PROVIDER_NAMES, shortId, type ProviderName } from '../support/requests.js';
import { startPayouts } from '../support/stack.js';
import { drive, payingCallsOf, payOnce, requestTo, startSteps, type Steps } from './support/steps.js';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const open = async (): Promise<Steps> => {
  const steps = await startSteps();
  stops.push(() => steps.stop());
  return steps;
};

const NEWER = '999-newer';

describe('a ledger whose schema is newer than the worker', () => {
  it.concurrent('is not paid from: the payouts wait for a worker that knows it, and are then paid once', async () => {
    const steps = await open();
    const sandbox = await steps.openSandbox(PROVIDER_NAMES, { prolific: { visibleAfterMs: 500 } });
    const deps = steps.worker(sandbox);
    // One is under way when the schema changes: accepted, not shown yet.
    const underWay = requestTo('prolific');
    expect((await payOnce(deps, underWay)).status).toBe('pending');
    await sql`insert into kysely_migration (name, timestamp) values (${NEWER}, 'now')`.execute(steps.ledger.db);

    const requests = PROVIDER_NAMES.map((provider) => requestTo(provider));
    for (const request of [underWay, ...requests])
      await expect(payOnce(deps, request)).rejects.toMatchObject({ code: 'LedgerSchema' });
    expect(sandbox.journal()).toHaveLength(1);
    expect((await sql`select 1 from claims`.execute(steps.ledger.db)).rows).toHaveLength(1);
    const waiting = [underWay, ...requests].map((request) => drive(deps, request));

    await sql`delete from kysely_migration where name = ${NEWER}`.execute(steps.ledger.db);
    for (const one of waiting)
      expect((await one).view).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
    expect(sandbox.journal()).toHaveLength(1 + requests.length);
    await steps.expectAgreement();
  });

  it.concurrent('is refused by a worker that starts', async () => {
    const stack = await startPayouts({ workers: 0 });
    stops.push(() => stack.stop());
    await sql`insert into kysely_migration (name, timestamp) values (${NEWER}, 'now')`.execute(stack.ledger.db);
    await expect(createWorker({ env: stack.env })).rejects.toMatchObject({
      code: 'LedgerSchema',
      message: expect.stringContaining('upgrade this program') as string,
    });
    await stack.expectAgreement();
  });
});

describe('a ledger whose schema is older than the worker', () => {
  it.concurrent('is refused by a worker that starts, and pays nothing through one that runs', async () => {
    const stack = await startPayouts({ workers: 0 });
    stops.push(() => stack.stop());
    const databaseUrl = await makeDatabase();
    await expect(createWorker({ env: { ...stack.env, PAYOUTS_DATABASE_URL: databaseUrl } })).rejects.toMatchObject({
      code: 'LedgerSchema',
      message: expect.stringContaining('payouts migrate') as string,
    });
    const steps = await open();
    const sandbox = await steps.openSandbox(PROVIDER_NAMES);
    // As after a restore of a backup that is older than the schema.
    const old = steps.worker(sandbox, { databaseUrl });
    for (const provider of PROVIDER_NAMES) await expect(payOnce(old, requestTo(provider))).rejects.toThrow();
    expect(sandbox.journal()).toEqual([]);
    await steps.expectAgreement();
  });
});

const PAYOUTS = 12;

describe('two workers on one queue, configured for different hosts of one provider', () => {
  let steps: Steps;
  beforeAll(async () => {
    steps = await startSteps();
  });
  afterAll(() => steps?.stop());

  it.concurrent.each(PROVIDER_NAMES)(
    'pay each payout once through %s, at the host that claimed it',
    async (provider) => {
      const sandboxes = [await steps.openSandbox(provider), await steps.openSandbox(provider)] as const;
      const env = { PAYOUTS_OPERATOR_RETRY_MS: '200', PAYOUTS_SEND_BY_MS: '2500' };
      const workers = sandboxes.map((sandbox) => steps.worker(sandbox, { env, maxConnections: 6 }));
      // Every second step of a payout is taken by the wrong one, for half of them the first.
      const inTurns = (n: number) => {
        let polls = n;
        return () => workers[polls++ % 2] as (typeof workers)[number];
      };
      const scheduledAt = new Date(Date.now() + 800).toISOString();
      const requests = Array.from({ length: PAYOUTS }, (_, n) =>
        requestTo(provider, n % 2 === 0 ? {} : { scheduledAt }),
      );
      const ends = await Promise.all(
        requests.map((request, n) => drive(inTurns(Math.floor(n / 2)), request, { isPatient: true })),
      );
      for (const { view } of ends) expect(view).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      const paid = sandboxes.map((sandbox) => sandbox.journal().length);
      // Both were at it, or this shows nothing.
      expect(Math.min(...paid)).toBeGreaterThan(0);
      expect(paid[0]! + paid[1]!).toBe(PAYOUTS);
      await steps.expectAgreement(...requests.map(({ reference }) => reference));
    },
  );

  it.concurrent('a payout that was claimed on one host waits for the operator on the other, unpaid', async () => {
    const providers: readonly ProviderName[] = ['prolific', 'respondent'];
    for (const provider of providers) {
      const [right, wrong] = [await steps.openSandbox(provider), await steps.openSandbox(provider)];
      const scheduledAt = new Date(Date.now() + 3_000).toISOString();
      const request = requestTo(provider, { scheduledAt, reference: `host/${shortId()}` });
      expect((await payOnce(steps.worker(right), request)).status).toBe('ready');
      const { view } = await drive(steps.worker(wrong), request);
      expect(view).toMatchObject({ status: 'created', waitingFor: 'operator', exchanges: [] });
      expect(view.evidence).toContain('mend the base URL');
      expect(payingCallsOf(wrong, provider)).toBe(0);
      expect((await drive(steps.worker(right), request)).view).toMatchObject({ status: 'sent' });
      await steps.expectAgreement(request.reference);
    }
  });
});
