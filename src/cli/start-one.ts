import { WorkflowNotFoundError } from '@temporalio/client';
import type { PayoutsClient } from '../client/payouts-client.js';
import { ReferenceConflict } from '../payout/errors.js';
import type { PayoutRequest } from '../payout/request.js';
import { differingFields } from '../providers/parse-request.js';
import { isDeadline } from './is-unanswered.js';
import type { Temporal } from './temporal.js';
import { readStartedRequest } from './read-running.js';

const JOINS_WITHIN_MS = 4_000;

/**
 * Starts a payout, or joins the one that was started before. Whether that one is the same is its workflow's to say.
 * Where no worker answers, what it was started with is compared here: starting must not wait for a worker.
 */
export async function startOne(
  payouts: PayoutsClient,
  { client, connection }: Temporal,
  request: PayoutRequest,
): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + JOINS_WITHIN_MS, () => payouts.start(request));
  } catch (error) {
    if (!isDeadline(error)) throw error;
    const started = await readStartedRequest(client, request.reference).catch((cause: unknown) => {
      throw cause instanceof WorkflowNotFoundError ? error : cause;
    });
    if (!started) throw error;
    expectSame(started, request);
  }
}

function expectSame(started: PayoutRequest, request: PayoutRequest): void {
  const fields = differingFields(started, request);
  if (fields.length > 0)
    throw new ReferenceConflict(
      `reference ${request.reference} was already started with another ${fields.join(', ')}; ` +
        'a reference stands for one payment for ever: choose a new one for another payment',
    );
}
