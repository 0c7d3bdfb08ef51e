import type { WorkflowExecutionDescription } from '@temporalio/client';
import { PayoutHandle } from '../client/payout-handle.js';
import { NotFound } from '../payout/errors.js';
import type { Show } from '../payout/show.js';
import type { View } from '../payout/view.js';
import { stateQuery } from '../../workflows/messages.js';
import { describeWorkflow, readRefusal } from './describe-workflow.js';
import { isUnanswered } from './is-unanswered.js';
import type { Temporal } from './temporal.js';
import { readRunning } from './unclaimed.js';

const ANSWERS_WITHIN_MS = 5_000;

/** Asks the payout's workflow. Where no worker answers, what the Temporal server itself knows is told. */
export async function askWorkflow(temporal: Temporal, reference: string): Promise<Show> {
  const { client } = temporal;
  const description = await describeWorkflow(client, reference);
  switch (description.status.name) {
    case 'RUNNING':
      return query(temporal, description, reference);
    case 'COMPLETED':
      return toHandle(temporal, reference).result();
    default:
      return carryOn(temporal, description, reference);
  }
}

async function query(
  { client, connection }: Temporal,
  description: WorkflowExecutionDescription,
  reference: string,
): Promise<Show> {
  const workflow = client.workflow.getHandle(`payout/${reference}`);
  const view = await connection
    .withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => workflow.query(stateQuery))
    .catch((error: unknown) => {
      if (!isUnanswered(error)) throw error;
      return undefined;
    });
  return view ? toShow(view) : readRunning(client, description, reference);
}

/** A refused start, or a workflow that was terminated, does not answer for the reference: a new carrier asks the ledger. */
async function carryOn(temporal: Temporal, { status }: WorkflowExecutionDescription, reference: string): Promise<Show> {
  const { client, connection } = temporal;
  if (status.name === 'FAILED') {
    const refusal = await readRefusal(client, reference);
    if (refusal instanceof NotFound) throw refusal;
  }
  try {
    const handle = toHandle(temporal, reference);
    return await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => handle.status());
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return query(temporal, await describeWorkflow(client, reference), reference);
  }
}

const toHandle = ({ client, target }: Temporal, reference: string): PayoutHandle =>
  new PayoutHandle({ client, taskQueue: target.taskQueue, db: undefined }, reference);

/** What only the workflow needs is left out. */
function toShow({ next: _next, nowMs: _nowMs, version: _version, ledgerId: _ledgerId, ...show }: View): Show {
  return show;
}
