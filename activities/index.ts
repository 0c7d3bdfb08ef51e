import { amend } from './amend.js';
import { asFailure } from './as-failure.js';
import { compare } from './compare.js';
import { makeDecision } from './decide.js';
import { claimRows } from './batch/claim-rows.js';
import { completeBatch } from './batch/complete-batch.js';
import { findOverdueGroups } from './batch/find-overdue-groups.js';
import type { BatchDeps } from './batch/input.js';
import { planBatch } from './batch/plan-batch.js';
import { readProgress } from './batch/read-progress.js';
import { startAlone } from './batch/start-alone.js';
import { storeRows } from './batch/store-rows.js';
import { findOverdue } from './find-overdue.js';
import { advanceGroup } from './group/advance.js';
import type { GroupDeps } from './group/input.js';
import { lookUp } from './look-up.js';
import { recall } from './recall.js';
import { findWatched } from './find-watched.js';
import { watch } from './watch.js';
import { submit } from './submit.js';
import { withHeartbeat } from './with-heartbeat.js';

/** The steps that talk to a provider. They run on the account's own task queue. */
export const createProviderActivities = (deps: GroupDeps) => ({
  submit: withHeartbeat(asFailure(submit(deps))),
  lookUp: withHeartbeat(asFailure(lookUp(deps))),
  amend: withHeartbeat(asFailure(amend(deps))),
  makeDecision: withHeartbeat(asFailure(makeDecision(deps))),
  watch: withHeartbeat(asFailure(watch(deps))),
  advanceGroup: withHeartbeat(asFailure(advanceGroup(deps))),
  claimRows: withHeartbeat(asFailure(claimRows(deps))),
  startAlone: withHeartbeat(asFailure(startAlone(deps))),
});

/** The steps that only need the ledger. They run beside the workflows. */
export const createLedgerActivities = (deps: BatchDeps) => ({
  recall: asFailure(recall(deps)),
  compare: asFailure(compare(deps)),
  findOverdue: asFailure(findOverdue(deps)),
  findWatched: asFailure(findWatched(deps)),
  findOverdueGroups: asFailure(findOverdueGroups(deps)),
  storeRows: asFailure(storeRows(deps)),
  completeBatch: asFailure(completeBatch(deps)),
  planBatch: withHeartbeat(asFailure(planBatch(deps))),
  readProgress: asFailure(readProgress(deps)),
});

/** All steps, for a worker of one's own that polls the workflows' queue and the accounts' queues alike. */
export const createActivities = (deps: GroupDeps) => ({
  ...createLedgerActivities(deps),
  ...createProviderActivities(deps),
});

export type ProviderActivities = ReturnType<typeof createProviderActivities>;
export type LedgerActivities = ReturnType<typeof createLedgerActivities>;
