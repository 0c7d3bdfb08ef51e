import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { LedgerActivities, ProviderActivities } from '../activities/index.js';

/**
 * Every step may be run again at any time: the ledger makes it safe, so retries never end. A step that fails says nothing
 * about the money: a worker that died may have sent.
 */
const UNTIL_IT_WORKS = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

const ledgerStep = (summary: string) =>
  proxyActivities<LedgerActivities>({ startToCloseTimeout: '1 minute', retry: UNTIL_IT_WORKS, summary });

/** The steps that only need the ledger, on the workflows' own queue. Each has a name for people who read the history. */
export const ledgerSteps = {
  recall: ledgerStep('asks the ledger which account pays').recall,
  compare: ledgerStep('asks the ledger whether a second start means the same').compare,
  findOverdue: ledgerStep('asks the ledger whose next step is late').findOverdue,
  findWatched: ledgerStep('asks the ledger which accounts are to be watched').findWatched,
  findOverdueGroups: ledgerStep('asks the ledger which groups are late').findOverdueGroups,
  storeRows: ledgerStep('writes rows of the file down').storeRows,
  completeBatch: ledgerStep('notes that the file is here whole').completeBatch,
  planBatch: ledgerStep('plans who is paid together').planBatch,
  readProgress: ledgerStep('asks the ledger how far the batch is').readProgress,
};

/** The steps at a provider, on the account's own queue: only workers with its credentials poll it. */
export function providerSteps(provider: string, account: string) {
  const step = (summary: string) =>
    proxyActivities<ProviderActivities>({
      taskQueue: `${workflowInfo().taskQueue}/${provider}/${account}`,
      startToCloseTimeout: '10 minutes',
      // A worker that died is noticed by its missing heartbeat; the ledger makes the next one wait out an open request.
      heartbeatTimeout: '15 seconds',
      retry: UNTIL_IT_WORKS,
      summary,
    });
  return {
    submit: step(`claims it and, when it is due and nothing stands against it, asks ${provider} to pay`).submit,
    lookUp: step(`reads the records of ${provider}; moves no money`).lookUp,
    amend: step(`carries a decision to ${provider}`).amend,
    makeDecision: step("writes a person's decision into the ledger, if it can still mean something").makeDecision,
    advanceGroup: step(`asks ${provider} to pay those that are due, together where one call can`).advanceGroup,
    claimRows: step('claims the rows of the file').claimRows,
    startAlone: step('starts the payouts that need a life of their own').startAlone,
    watch: step(`reads the lists of ${provider} for all payouts that wait; moves no money`).watch,
  };
}
