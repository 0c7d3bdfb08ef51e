import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PayoutsClient } from '../../src/client/index.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { DisagreementError, startTestPayouts, type TestPayouts } from '../../src/testing/index.js';
import { makeDatabase } from '../support/database.js';
import { quiet } from '../support/quiet.js';
import { manifestRequest, prolificRequest, respondentRequest } from '../support/requests.js';

Runtime.install({
  logger: quiet,
  telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
  shutdownSignals: [],
});

describe("the helper for other people's tests, on a test server of theirs", () => {
  let server: TestWorkflowEnvironment;
  let bench: TestPayouts;
  let payouts: PayoutsClient;
  beforeAll(async () => {
    const path = await findTemporal({ log: () => {} });
    server = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
    bench = await startTestPayouts({ temporal: server, databaseUrl: await makeDatabase(), accounts: ['us'] });
    payouts = await PayoutsClient.connect(bench.env);
  });
  afterAll(async () => {
    await payouts?.close();
    await bench?.stop();
    await server?.teardown();
  });

  const pay = async (request: { readonly reference: string }) => (await payouts.start(request)).result();

  it('pays through every simulated provider, and tells that what was paid agrees with the ledger', async () => {
    bench.sandbox.faults.add({ provider: 'manifest', route: 'POST /payout', kind: 'reply_lost' });
    const requests = [manifestRequest(), prolificRequest(), respondentRequest(), manifestRequest({ account: 'us' })];
    const paid = await Promise.all(requests.map(pay));
    expect(paid.map(({ status, account }) => `${status} by ${account}`)).toEqual([
      'sent by default',
      'sent by default',
      'sent by default',
      'sent by us',
    ]);
    expect(bench.sandbox.journal()).toHaveLength(4);
    await bench.expectAgreement();
  });

  it('tells of a payment that no payout asked for', async () => {
    const { MANIFEST_BASE_URL: base = '', MANIFEST_API_KEY: key = '' } = bench.env;
    const headers = { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' };
    // By hand, past the ledger.
    const body = JSON.stringify({ account_connection: 'acon_aside', amount_in_cents: 1500 });
    expect((await fetch(`${base}/payout`, { method: 'POST', headers, body })).ok).toBe(true);
    await expect(bench.expectAgreement()).rejects.toThrow(DisagreementError);
    await expect(bench.expectAgreement()).rejects.toThrow(/journal_only/);
  });
});

it('starts servers of its own where it is given none, and leaves none behind', async () => {
  const bench = await startTestPayouts();
  try {
    const handle = await bench.payouts.start(manifestRequest());
    expect(await handle.result()).toMatchObject({ status: 'sent' });
    await bench.expectAgreement();
  } finally {
    await bench.stop();
  }
  await expect(PayoutsClient.connect(bench.env)).rejects.toMatchObject({ code: 'ServerUnreachable' });
});
