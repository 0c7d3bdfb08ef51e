import { proxyActivities } from '@temporalio/workflow';
import type { FloorActivities } from './floor-activity.js';

const { post } = proxyActivities<FloorActivities>({ startToCloseTimeout: '1 minute' });

/** The least that a payment on Temporal can be: one workflow, one activity, one HTTP POST. It promises nothing. */
export async function floor(amountMinor: number): Promise<number> {
  return post(amountMinor);
}
