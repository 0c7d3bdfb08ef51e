import { sql, type Kysely } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../activities/deps.js';
import { startPostgres } from '../../src/dev/postgres.js';
import type { PayoutInput } from '../../src/payout/view.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { PAYING_ROUTES, PROVIDER_NAMES } from '../support/requests.js';
import { until } from '../support/until.js';
import { canLimitFiles, dropConnections, emptyDisk, fillDisk } from './support/full-disk.js';
import { drive, payingCallsOf, payOnce, requestTo, startSteps, type Steps } from './support/steps.js';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const open = async (databaseUrl?: string): Promise<Steps> => {
  const steps = await startSteps(databaseUrl);
  stops.push(() => steps.stop());
  return steps;
};

const payingCalls = (sandbox: Sandbox): readonly number[] =>
  PROVIDER_NAMES.map((provider) => payingCallsOf(sandbox, provider));

/** Every paying call takes so long that the ledger can be changed meanwhile. */
function slowDown(sandbox: Sandbox): void {
  for (const provider of PROVIDER_NAMES)
    sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'slow', delayMs: 700, afterEffect: true });
}

const untilCalled = (sandbox: Sandbox): Promise<unknown> =>
  until(
    () => payingCalls(sandbox),
    (calls) => calls.every((count) => count === 1),
  );

const ENV = { PAYOUTS_SEND_BY_MS: '2500' };

/** For sessions that begin from now on; those that are open are ended, as a failover ends them. */
async function setReadOnly(db: Kysely<unknown>, value: 'on' | 'off'): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
  await sql`set default_transaction_read_only = off`.execute(db);
  await sql.raw(`alter database "${rows[0]?.name}" set default_transaction_read_only = ${value}`).execute(db);
  await dropConnections(db);
}

const CANNOT_WRITE = /read-only transaction/;
/** Why the step does not go through, or nothing. */
const whyNot = (deps: Deps, request: PayoutInput): Promise<string> => payOnce(deps, request).then(() => '', String);

const untilFull = (deps: Deps, request: PayoutInput): Promise<unknown> =>
  until(
    () => whyNot(deps, request),
    (why) => why.includes('could not extend file'),
  );

/** The connections that were open say once that they were ended. */
const untilRefused = (deps: Deps): Promise<unknown> =>
  until(
    () => whyNot(deps, requestTo('manifest')),
    (why) => CANNOT_WRITE.test(why),
  );

const EACH = PROVIDER_NAMES.length;

describe('a ledger that is read-only', () => {
  it.concurrent('pays nothing, claims nothing, and the payouts go on when it can be written again', async () => {
    const steps = await open();
    const sandbox = await steps.openSandbox(PROVIDER_NAMES);
    const deps = steps.worker(sandbox, { maxConnections: EACH, env: ENV });
    const requests = PROVIDER_NAMES.map((provider) => requestTo(provider));
    await setReadOnly(steps.ledger.db, 'on');
    await untilRefused(deps);
    for (const request of requests) await expect(payOnce(deps, request)).rejects.toThrow(CANNOT_WRITE);
    expect(sandbox.requests()).toEqual([]);
    expect((await sql`select 1 from claims`.execute(steps.ledger.db)).rows).toEqual([]);
    const waiting = requests.map((request) => drive(deps, request));
    await setReadOnly(steps.ledger.db, 'off');
    for (const one of waiting)
      expect((await one).view).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
    expect(sandbox.journal()).toHaveLength(EACH);
    await steps.expectAgreement();
  });

  it.concurrent(
    'while the providers are being asked to pay: nobody is asked twice, and what was paid is found',
    async () => {
      const steps = await open();
      const sandbox = await steps.openSandbox(PROVIDER_NAMES);
      const deps = steps.worker(sandbox, { maxConnections: EACH, env: { ...ENV, PAYOUTS_KEY_WINDOW_MS: '1' } });
      slowDown(sandbox);
      const requests = PROVIDER_NAMES.map((provider) => requestTo(provider));
      const waiting = requests.map((request) => drive(deps, request));
      await untilCalled(sandbox);
      await setReadOnly(steps.ledger.db, 'on');
      await untilRefused(deps);
      await until(
        () => sandbox.requests().filter(({ fault }) => fault === 'slow').length,
        (slow) => slow === EACH,
      );
      for (const { reference } of requests)
        expect((await steps.show(reference)).exchanges).toMatchObject([{ outcome: 'open' }]);
      await setReadOnly(steps.ledger.db, 'off');
      for (const one of waiting) expect((await one).view).toMatchObject({ status: 'sent' });
      expect(payingCalls(sandbox).slice(1)).toEqual([1, 1]);
      expect(sandbox.journal()).toHaveLength(EACH);
      await steps.expectAgreement();
    },
  );
});

const ROWS = 20_000;
const FILL_EVENTS = (text: string) =>
  `insert into events (reference, status, waiting_for, evidence, is_break)
   select (select min(reference) from claims), 'sent', 'nothing', ${text}, false from generate_series(1, ${ROWS}) n`;
const FILL_OUTCOMES = (text: string) =>
  `insert into outcomes (exchange_id, outcome)
   select (select min(id) from exchanges), to_jsonb(${text}) from generate_series(1, ${ROWS}) n`;

describe.runIf(canLimitFiles)('a ledger whose disk is full', () => {
  it('claims nothing and pays nothing; full while it is paid, nobody is asked twice; afterwards all goes on', async () => {
    const postgres = await startPostgres({ settings: { autovacuum: 'off' } });
    stops.push(() => postgres.stop());
    const steps = await open(await postgres.createDatabase('payouts'));
    const { db } = steps.ledger;
    const sandbox = await steps.openSandbox(PROVIDER_NAMES);
    const deps = steps.worker(sandbox, { maxConnections: EACH, env: ENV });
    const before = requestTo('manifest');
    expect((await drive(deps, before)).view.status).toBe('sent');

    await fillDisk(postgres, db, FILL_EVENTS);
    const unclaimed = PROVIDER_NAMES.map((provider) => requestTo(provider));
    for (const request of unclaimed) await untilFull(deps, request);
    expect(sandbox.journal()).toHaveLength(1);
    await emptyDisk(postgres, db);
    for (const request of unclaimed) expect((await drive(deps, request)).view).toMatchObject({ status: 'sent' });
    expect(payingCalls(sandbox)).toEqual([2, 1, 1]);

    await fillDisk(postgres, db, FILL_OUTCOMES);
    const unwritten = PROVIDER_NAMES.map((provider) => requestTo(provider));
    // Each step insists on writing its outcome for some seconds, and then gives up.
    await Promise.all(unwritten.map((request) => untilFull(deps, request)));
    expect(sandbox.journal()).toHaveLength(1 + EACH + EACH);
    for (const { reference } of unwritten) expect((await steps.show(reference)).exchanges[0]?.outcome).toBe('open');
    await emptyDisk(postgres, db);
    for (const { view } of await Promise.all(unwritten.map((request) => drive(deps, request))))
      expect(view).toMatchObject({ status: 'sent' });
    expect(payingCalls(sandbox).slice(1)).toEqual([2, 2]);
    expect(sandbox.journal()).toHaveLength(1 + EACH + EACH);
    await steps.expectAgreement();
  });
});
