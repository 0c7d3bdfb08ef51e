import { condition, continueAsNew, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { WatchInput } from '../src/payout/watch-input.js';
import { nudgeSignal } from './messages.js';
import { providerSteps } from './steps.js';

/** A watcher with nothing to watch ends after that many polls; the next payout that waits brings it back. */
const IDLE_POLLS = 3;

/** Watches one account's lists for all payouts that wait on the provider, and tells those that changed. A nudge makes it look now. */
export async function watch(input: WatchInput): Promise<void> {
  let { page, rowsPerPage } = input;
  let isNudged = false;
  setHandler(nudgeSignal, () => void (isNudged = true), { description: 'Read the lists now' });

  const steps = providerSteps(input.provider, input.account);
  for (let idle = 0; ;) {
    isNudged = false;
    const poll = await steps.watch({ ...input, page, ...(rowsPerPage === undefined ? {} : { rowsPerPage }) });
    ({ page, rowsPerPage } = poll);
    idle = poll.isIdle ? idle + 1 : 0;
    // Not after a pause: a payout that began to wait in it would have found a watcher, and lost it.
    if (idle === IDLE_POLLS) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof watch>({ ...input, page, rowsPerPage });
    if (await condition(() => isNudged, poll.pauseMs)) await sleep(poll.leastPauseMs);
  }
}
