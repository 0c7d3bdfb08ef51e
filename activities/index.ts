import { amend } from './amend.js';
import { asFailure } from './as-failure.js';
import { compare } from './compare.js';
import { makeDecision } from './decide.js';
import type { Deps } from './deps.js';
import { findOverdue } from './find-overdue.js';
import { lookUp } from './look-up.js';
import { recall } from './recall.js';
import { findWatched } from './find-watched.js';
import { watch } from './watch.js';
import { submit } from './submit.js';
import { withHeartbeat } from './with-heartbeat.js';

/** The steps that talk to a provider. They run on the account's own task queue. */
export const createProviderActivities = (deps: Deps) => ({
  submit: withHeartbeat(asFailure(submit(deps))),
  lookUp: withHeartbeat(asFailure(lookUp(deps))),
  amend: withHeartbeat(asFailure(amend(deps))),
  makeDecision: withHeartbeat(asFailure(makeDecision(deps))),
  watch: withHeartbeat(asFailure(watch(deps))),
});

/** The steps that only need the ledger. They run beside the workflows. */
export const createLedgerActivities = (deps: Pick<Deps, 'ledger'>) => ({
  recall: asFailure(recall(deps)),
  compare: asFailure(compare(deps)),
  findOverdue: asFailure(findOverdue(deps)),
  findWatched: asFailure(findWatched(deps)),
});

/** All steps, for a worker of one's own that polls the workflows' queue and the accounts' queues alike. */
export const createActivities = (deps: Deps) => ({
  ...createLedgerActivities(deps),
  ...createProviderActivities(deps),
});

export type ProviderActivities = ReturnType<typeof createProviderActivities>;
export type LedgerActivities = ReturnType<typeof createLedgerActivities>;
