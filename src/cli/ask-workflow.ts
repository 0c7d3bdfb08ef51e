import { PayoutHandle } from '../client/payout-handle.js';
import type { Show } from '../payout/show.js';
import { isUnanswered } from './is-unanswered.js';
import type { Temporal } from './temporal.js';
import { readUnclaimed } from './unclaimed.js';

const ANSWERS_WITHIN_MS = 5_000;

/** Asks the payout's workflow. Where no worker answers, what the Temporal server itself knows is told. */
export async function askWorkflow(temporal: Temporal, reference: string): Promise<Show> {
  const { client, connection, target } = temporal;
  const handle = new PayoutHandle({ client, taskQueue: target.taskQueue, db: undefined }, reference);
  try {
    return await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => handle.status());
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return readUnclaimed(temporal, reference);
  }
}
