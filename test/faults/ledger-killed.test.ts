import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../src/dev/postgres.js';
import { openLedger } from '../../src/ledger/ledger.js';
import { firstCall } from '../support/ledger.js';
import { PAYING_ROUTES, PROVIDER_NAMES, REQUESTS } from '../support/requests.js';
import { startPayouts } from '../support/stack.js';
import { until } from '../support/until.js';
import { drive, payingCallsOf, requestTo, startSteps } from './support/steps.js';

describe('a Postgres that was killed in the middle of paying calls and started again', () => {
  it('takes no worker with it, makes nobody pay twice, and every payout ends as sent', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const databaseUrl = await postgres.createDatabase('payouts');
    const stack = await startPayouts({ databaseUrl, env: { PAYOUTS_SEND_BY_MS: '4000' } });
    onTestFinished(() => stack.stop());

    for (const provider of PROVIDER_NAMES)
      stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'slow', delayMs: 800 });
    const requests = PROVIDER_NAMES.map((provider) => REQUESTS[provider]());
    for (const request of requests) await stack.payouts.start(request);
    const calls = () => PROVIDER_NAMES.map((provider) => stack.payingCalls(provider));
    await until(calls, (counts) => counts.every((count) => count === 1));
    postgres.kill('SIGKILL');
    // The replies come while there is no ledger to write them into.
    await until(
      () => stack.sandbox.journal().length,
      (paid) => paid === PROVIDER_NAMES.length,
    );
    await sleep(300);
    await postgres.restart();

    for (const { reference } of requests) await stack.until(reference, { status: 'sent' });
    for (const request of requests) expect(stack.payments(request)).toHaveLength(1);
    expect(calls().slice(1)).toEqual([1, 1]);
    // The same worker still serves: it pays one more.
    expect(await stack.pay(REQUESTS.prolific())).toMatchObject({ status: 'sent' });
    await stack.expectAgreement();
  });
});

describe('a Postgres that is configured to answer before it has written (`synchronous_commit = off`)', () => {
  it('has written an exchange all the same before its call is made, so that a crash does not forget it', async () => {
    const settings = { synchronous_commit: 'off', wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };
    const postgres = await startPostgres({ settings });
    onTestFinished(() => postgres.stop());
    const steps = await startSteps(await postgres.createDatabase('payouts'));
    onTestFinished(() => steps.stop());
    // So that only the payout is at stake, and not the schema.
    await sql`checkpoint`.execute(steps.ledger.db);
    const sandbox = await steps.openSandbox('prolific');
    sandbox.faults.add({
      provider: 'prolific',
      route: PAYING_ROUTES.prolific,
      kind: 'never_answers',
      afterEffect: true,
    });
    const request = requestTo('prolific');
    const driven = drive(steps.worker(sandbox), request);
    await until(
      () => sandbox.journal().length,
      (paid) => paid === 1,
    );
    postgres.kill('SIGKILL');
    await postgres.restart();
    expect((await driven).view).toMatchObject({ status: 'sent' });
    expect(payingCallsOf(sandbox, 'prolific')).toBe(1);
    expect(sandbox.journal()).toHaveLength(1);
    await steps.expectAgreement();
  });

  it('has written a claim with its exchange, which is one statement, before that is answered', async () => {
    const settings = { synchronous_commit: 'off', wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };
    const postgres = await startPostgres({ settings });
    onTestFinished(() => postgres.stop());
    const ledger = openLedger({ url: await postgres.createDatabase('payouts') });
    onTestFinished(() => ledger.close());
    await ledger.migrate();
    const { ledgerId } = await ledger.expectCurrent();
    await sql`checkpoint`.execute(ledger.db);
    const reference = 'study-1/first';
    const opened = await ledger.transaction((tx) => tx.claimFirst(firstCall(reference, ledgerId)), 'one');
    postgres.kill('SIGKILL');
    await postgres.restart();
    const facts = await until(
      () => ledger.transaction((tx) => tx.facts(reference)).catch(() => 'away' as const),
      (read) => read !== 'away',
    );
    expect(facts).toMatchObject({ claim: { reference }, attempts: [{ exchanges: [{ id: opened, outcomes: [] }] }] });
  });
});
