import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { countOpen, type Progress } from '../src/payout/batch.js';
import { groupId, type AccountPlan, type Added, type AddInput, type BatchInput } from '../src/payout/batch-input.js';
import { describeBatch } from './describe-batch.js';
import { failAsItself } from './fail-as-itself.js';
import { group } from './group.js';
import { addUpdate, beginUpdate, progressQuery } from './messages.js';
import { PAYOUT_BATCH } from './search-attributes.js';
import { startUnlessRunning } from './start-unless-running.js';
import { ledgerSteps, providerSteps } from './steps.js';

/** So few that one who starts a single payout now need not wait for a file of thousands. */
const GROUPS_AT_ONCE = 4;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * A file of payouts. It is written down row by row, and only when it is here whole anything is claimed; then all rows are claimed before
 * any is paid. Groups carry them; this workflow ends when each has come to an end.
 */
export async function batch(input: BatchInput): Promise<Progress> {
  const { batchId } = input;
  let isComplete = input.isComplete === true;
  let progress: Progress | undefined;

  setHandler(addUpdate, (rows: Omit<AddInput, 'batchId'>): Promise<Added> => add({ ...rows, batchId }), {
    description: 'Some rows of the file, packed: sent by `payouts batch`',
  });
  setHandler(
    beginUpdate,
    async ({ total }) => {
      await ledgerSteps.completeBatch({ batchId, total }).catch(failAsItself);
      isComplete = true;
    },
    { description: 'The file is here whole: begin to pay' },
  );
  setHandler(progressQuery, () => progress, { description: 'How many rows have come how far' });

  if (!(await condition(() => isComplete, '1 day')))
    throw ApplicationFailure.nonRetryable(
      `batch ${batchId} was never sent whole; give its file again`,
      'InvalidRequest',
    );
  if (input.hasStarted !== true) {
    const plans = await ledgerSteps.planBatch({ batchId });
    await Promise.all(plans.map((plan) => pay(batchId, plan)));
  }
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    progress = await ledgerSteps.readProgress({ batchId });
    setCurrentDetails(describeBatch(batchId, progress));
    if (countOpen(progress) === 0) break;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished())
      await continueAsNew<typeof batch>({ batchId, isComplete: true, hasStarted: true });
    await sleep(pauseMs, { summary: 'until the next look at the ledger' });
  }
  await condition(allHandlersFinished);
  return progress;
}

const add = (rows: AddInput): Promise<Added> => ledgerSteps.storeRows(rows).catch(failAsItself);

/** Claims an account's rows, and starts what carries them. */
async function pay(batchId: string, plan: AccountPlan): Promise<void> {
  const { provider, account, groups, alone } = plan;
  const steps = providerSteps(provider, account);
  const { ledgerId } = await steps.claimRows({ batchId, provider, account });
  if (alone > 0)
    for (let after: string | undefined = ''; after !== undefined;)
      ({ after } = await steps.startAlone({ batchId, provider, account, after }));
  let next = 0;
  const carry = async (): Promise<void> => {
    for (let number = next++; number < groups; number = next++)
      await startUnlessRunning(() =>
        runGroup(groupId(batchId, plan, number), batchId, { provider, account, ledgerId }),
      );
  };
  await Promise.all(Array.from({ length: Math.min(groups, GROUPS_AT_ONCE) }, carry));
}

async function runGroup(
  carrier: string,
  batchId: string,
  account: { readonly provider: string; readonly account: string; readonly ledgerId: string },
): Promise<void> {
  const child = await startChild(group, {
    args: [{ carrier, ...account }],
    workflowId: carrier,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    // It goes on whatever becomes of the batch.
    parentClosePolicy: ParentClosePolicy.ABANDON,
    typedSearchAttributes: [{ key: PAYOUT_BATCH, value: [batchId] }],
    staticSummary: `payouts of batch ${batchId}`,
  });
  // A group that waits long, or was terminated, does not hold up the others.
  await Promise.race([
    child.result().catch(() => undefined),
    sleep('1 minute', { summary: 'a group that waits does not hold up the next' }),
  ]);
}
