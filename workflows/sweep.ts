import { WorkflowIdReusePolicy } from '@temporalio/common';
import { continueAsNew, ParentClosePolicy, patched, startChild, workflowInfo } from '@temporalio/workflow';
import type { SweepInput, Swept } from '../src/payout/sweep-input.js';
import type { OverdueGroup } from '../src/payout/group-input.js';
import { watchId } from '../src/payout/watch-input.js';
import { group } from './group.js';
import { payout } from './payout.js';
import { startUnlessRunning } from './start-unless-running.js';
import { watch } from './watch.js';
import { carriedOnDetails } from './static-details.js';
import { ledgerSteps } from './steps.js';

const MOST_NAMED = 100;

/**
 * Nobody is forgotten: gives every open payout whose next step is overdue a carrier again, if it has none. A carrier may have
 * been terminated, deleted, or never started; the ledger knows the payout all the same.
 */
export async function sweep(input: SweepInput = {}): Promise<Swept> {
  let { after = '', count = 0 } = input;
  await Promise.all((await ledgerSteps.findWatched()).map(startWatch));
  // Sweeps that began before there were groups go on as they began.
  if (patched('groups')) await Promise.all((await ledgerSteps.findOverdueGroups()).map(reviveGroup));
  let revived: string[] = [];
  for (;;) {
    const page = await ledgerSteps.findOverdue({ after });
    const answers = await Promise.all(page.references.map(revive));
    const these = page.references.filter((_reference, index) => answers[index]);
    count += these.length;
    revived = [...revived, ...these].slice(-MOST_NAMED);
    if (page.isLast) return { count, revived };
    after = page.references.at(-1) as string;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof sweep>({ ...input, after, count });
  }
}

async function startWatch({ provider, account }: { provider: string; account: string }): Promise<void> {
  await startUnlessRunning(() =>
    startChild(watch, {
      args: [{ provider, account, page: 1 }],
      workflowId: watchId(workflowInfo().taskQueue, provider, account),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `watches the lists of ${provider}, account ${account}`,
    }),
  );
}

function reviveGroup({ carrier, provider, account }: OverdueGroup): Promise<boolean> {
  return startUnlessRunning(() =>
    startChild(group, {
      args: [{ carrier, provider, account }],
      workflowId: carrier,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    }),
  );
}

/** False: it has a carrier, which is late for reasons of its own. */
function revive(reference: string): Promise<boolean> {
  return startUnlessRunning(() =>
    startChild(payout, {
      args: [{ reference }],
      workflowId: `payout/${reference}`,
      ...carriedOnDetails(reference),
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      // It lives its own life: the sweep ends long before it.
      parentClosePolicy: ParentClosePolicy.ABANDON,
    }),
  );
}
