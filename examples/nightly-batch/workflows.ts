import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type * as activities from './activities.js';

const { payApproved } = proxyActivities<typeof activities>({ startToCloseTimeout: '5 minutes' });

/** The Schedule ends each workflow's id in its instant: a retry in the same night is the same batch. */
export async function nightlyPayouts(): Promise<string> {
  const night = workflowInfo().workflowId.slice(-'2026-11-21T02:00:00Z'.length).slice(0, '2026-11-21'.length);
  return payApproved(`nightly-${night}`);
}
