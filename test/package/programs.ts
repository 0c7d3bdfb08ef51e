/** What somebody writes who has installed the library: the tests run both in a project that holds nothing else. */

export const IN_TYPESCRIPT = `
import { ERROR_CODES, PayoutsClient, PayoutsError, type ErrorCode, type PayoutRequest, type Show } from 'temporal-payouts';
import { startTestPayouts, type TestPayouts } from 'temporal-payouts/testing';
import { createWorker, type PayoutsWorker } from 'temporal-payouts/worker';
import { payout } from 'temporal-payouts/workflows';
import { startSandbox, type Sandbox } from 'temporal-payouts/sandbox';
import schema from 'temporal-payouts/schema' with { type: 'json' };

const { TEMPORAL_ADDRESS: address = '', DATABASE_URL: databaseUrl = '', REFERENCE = '' } = process.env;
const test: TestPayouts = await startTestPayouts({ temporal: { address }, databaseUrl, accounts: ['us'] });
const pay = async (account: string): Promise<Show> => {
  const request: PayoutRequest = {
    reference: \`\${REFERENCE}-\${account}\`, provider: 'manifest', account,
    accountConnection: 'acon_X', amountMinor: 1500, currency: 'USD',
  };
  const handle = await test.payouts.start(request);
  await test.payouts.start(request);
  return handle.result();
};
const [byDefault, us] = [await pay('default'), await pay('us')];
const refused: unknown = await test.payouts.start({ reference: REFERENCE }).catch((error: unknown) => error);
const code: ErrorCode | undefined = refused instanceof PayoutsError ? refused.code : undefined;
if (code !== 'InvalidRequest' || !ERROR_CODES.includes(code)) throw new Error('a bad request was not refused');
await test.expectAgreement();
if (test.sandbox.journal().length !== 2) throw new Error('paid otherwise than once each');
await test.stop();
console.log(\`\${byDefault.account} \${byDefault.status}, \${us.account} \${us.status}: agrees\`);

export const used: readonly unknown[] = [createWorker, payout, startSandbox, schema.oneOf, PayoutsClient];
export type Used = PayoutsWorker | Sandbox;
`;

export const IN_JAVASCRIPT = `
import { Client, Connection } from '@temporalio/client';
import { PayoutsClient } from 'temporal-payouts';
import { sandboxFactories, startSandbox } from 'temporal-payouts/sandbox';
import { createWorker, openLedger } from 'temporal-payouts/worker';

const { TEMPORAL_ADDRESS, DATABASE_URL, REFERENCE } = process.env;
const sandbox = await startSandbox({ providers: sandboxFactories() });
const taskQueue = REFERENCE;
const env = { TEMPORAL_ADDRESS, PAYOUTS_DATABASE_URL: DATABASE_URL, PAYOUTS_TASK_QUEUE: taskQueue, ...sandbox.env };
const ledger = openLedger({ url: DATABASE_URL });
await ledger.migrate();
const worker = await createWorker({ env, ledger });
const running = worker.run();

const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
const payouts = new PayoutsClient({ client: new Client({ connection }), taskQueue, databaseUrl: DATABASE_URL });
const handle = await payouts.start({
  reference: REFERENCE, provider: 'respondent', projectId: 'project', screenerResponseId: 'response', payoutCount: 1,
});
const { status } = await handle.result();
console.log(\`\${status}, paid \${sandbox.journal().length} times\`);

await payouts.close();
await connection.close();
worker.shutdown();
await running;
await ledger.close();
await sandbox.stop();
`;
