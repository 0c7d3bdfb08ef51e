import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { payout } from './payout.js';
import { ledgerSteps } from './steps.js';

/**
 * Nobody is forgotten: gives every open payout whose next step is overdue a carrier again, if it has none. A carrier may have
 * been terminated, deleted, or never started; the ledger knows the payout all the same.
 */
export async function sweep(): Promise<{ readonly revived: readonly string[] }> {
  const overdue = await ledgerSteps.findOverdue();
  const revived: string[] = [];
  for (const reference of overdue) if (await revive(reference)) revived.push(reference);
  return { revived };
}

/** False: it has a carrier, which is late for reasons of its own. */
async function revive(reference: string): Promise<boolean> {
  try {
    await startChild(payout, {
      args: [{ reference }],
      workflowId: `payout/${reference}`,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      // It lives its own life: the sweep ends long before it.
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
