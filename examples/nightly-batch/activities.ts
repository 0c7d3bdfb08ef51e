import { batchOf, PayoutsClient } from 'temporal-payouts';
import { findApproved } from './find-approved.js';

/** Hands the night's payouts over. Once this returns, the batch goes on by itself. */
export async function payApproved(batchId: string): Promise<string> {
  const payouts = await PayoutsClient.connect();
  try {
    const requests = await findApproved();
    if (requests.length === 0) return 'nothing to pay';
    const { total } = await payouts.batches.start(batchId, batchOf(requests));
    return `${batchId}: ${total} payouts`;
  } finally {
    await payouts.close();
  }
}
