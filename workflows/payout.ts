import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { PayoutInput, View } from '../src/payout/view.js';
import { Carrier } from './carrier.js';
import { shieldFromCancel } from './shield-from-cancel.js';

/**
 * One payout, from its claim to its end. The ledger says what is known and what comes next; this workflow waits, and sees
 * to it that the next step is taken. Every business ending completes it, `error` too; only a refused start fails it.
 */
export async function payout(input: PayoutInput): Promise<View> {
  shieldFromCancel();
  const carrier = new Carrier(input);
  carrier.listen();

  let view = await carrier.begin();
  for (let step = await carrier.waitForStep(); step !== 'end'; step = await carrier.waitForStep()) {
    view = await carrier.take(step);
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof payout>({ reference: view.reference });
    }
  }
  if (!allHandlersFinished()) await condition(allHandlersFinished);
  return carrier.view as View;
}
