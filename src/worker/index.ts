export { createWorker, type PayoutsWorker, type PayoutsWorkerOptions } from './create-worker.js';
export { readServedAccounts } from './accounts.js';
export { queueLimits } from './queue-limits.js';
export { workflowSource } from './create-worker.js';
export { createActivities, createLedgerActivities, createProviderActivities } from '../../activities/index.js';
export { systemClock, type Clock, type Deps, type ServedAccount } from '../../activities/deps.js';
export { openLedger, type Ledger, type PostgresLedger } from '../ledger/ledger.js';
