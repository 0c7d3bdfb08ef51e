import { executeChild } from '@temporalio/workflow';
import type { Show } from 'temporal-payouts';

// Payouts' workflows, beside your own in the same worker.
export { batch, group, payout, sweep, watch } from 'temporal-payouts/workflows';

/** A workflow of yours that pays as one of its steps. The child's id is what keeps the payout single. */
export async function thankParticipant(participant: string): Promise<string> {
  const reference = `thanks/${participant}`;
  const { status }: Pick<Show, 'status'> = await executeChild('payout', {
    workflowId: `payout/${reference}`,
    args: [{ reference, provider: 'manifest', accountConnection: participant, amountMinor: 1500, currency: 'USD' }],
  });
  return status === 'sent' ? 'paid' : `not paid: ${status}`;
}
