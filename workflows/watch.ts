import type { RawValue } from '@temporalio/common';
import { condition, continueAsNew, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { MOST_HINTS, toHints, type Hint, type WatchInput } from '../src/payout/watch-input.js';
import { heard } from './messages.js';
import { readSignal } from './read-signal.js';
import { providerSteps } from './steps.js';

/** A watcher with nothing to watch ends after that many polls; the next payout that waits brings it back. */
const IDLE_POLLS = 3;

/** Watches one account's lists for all payouts that wait on the provider, and tells those that changed. A nudge makes it look now. */
export async function watch({ hints: given = [], ...input }: WatchInput): Promise<void> {
  let { page, rowsPerPage } = input;
  let isNudged = false;
  let hints: readonly Hint[] = given;
  const hear = (raw?: RawValue): void => {
    isNudged = true;
    hints = [...hints, ...toHints(readSignal(raw))].slice(0, MOST_HINTS);
  };
  setHandler(heard.nudge, hear, { description: 'Read the lists now' });

  const steps = providerSteps(input.provider, input.account);
  for (let idle = 0; ;) {
    isNudged = false;
    const about = { ...(rowsPerPage === undefined ? {} : { rowsPerPage }), ...(hints.length > 0 ? { hints } : {}) };
    hints = [];
    const poll = await steps.watch({ ...input, page, ...about });
    ({ page, rowsPerPage } = poll);
    idle = poll.isIdle ? idle + 1 : 0;
    // Not after a pause: a payout that began to wait in it would have found a watcher, and lost it.
    if (idle === IDLE_POLLS) return;
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof watch>({ ...input, page, rowsPerPage, hints });
    if (await condition(() => isNudged, poll.pauseMs, { summary: 'until the next look at the lists' }))
      await sleep(poll.leastPauseMs, { summary: 'the least pause between two looks' });
  }
}
