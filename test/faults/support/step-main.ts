import { systemClock } from '../../../activities/deps.js';
import { submit } from '../../../activities/submit.js';
import { openLedger } from '../../../src/ledger/ledger.js';
import { readServedAccounts } from '../../../src/worker/accounts.js';

/** Takes the step `submit` once for each request, in a process that a test may freeze, and prints what it tells the workflows. */
const { STEP_REQUESTS = '[]', PAYOUTS_DATABASE_URL = '' } = process.env;
const ledger = openLedger({ url: PAYOUTS_DATABASE_URL, maxConnections: 8 });
const deps = { ledger, accounts: readServedAccounts(process.env), worker: `test/${process.pid}`, clock: systemClock };
const requests = JSON.parse(STEP_REQUESTS) as { reference: string }[];
const views = await Promise.all(
  requests.map(async (request) => submit(deps)({ reference: request.reference, request })),
);
process.stdout.write(JSON.stringify(views));
await ledger.close();
