import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { LedgerActivities, ProviderActivities } from '../activities/index.js';

/**
 * Every step may be run again at any time: the ledger makes it safe, so retries never end. A step that fails says nothing
 * about the money: a worker that died may have sent.
 */
const UNTIL_IT_WORKS = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** The steps that only need the ledger, on the workflows' own queue. */
export const ledgerSteps = proxyActivities<LedgerActivities>({
  startToCloseTimeout: '1 minute',
  retry: UNTIL_IT_WORKS,
});

/** The steps at a provider, on the account's own queue: only workers with its credentials poll it. */
export function providerSteps(provider: string, account: string) {
  return proxyActivities<ProviderActivities>({
    taskQueue: `${workflowInfo().taskQueue}/${provider}/${account}`,
    startToCloseTimeout: '10 minutes',
    // A worker that died is noticed by its missing heartbeat; the ledger makes the next one wait out an open request.
    heartbeatTimeout: '15 seconds',
    retry: UNTIL_IT_WORKS,
  });
}
