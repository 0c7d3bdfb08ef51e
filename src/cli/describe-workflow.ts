import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { toPayoutsError } from '../client/to-payouts-error.js';
import { NotFound } from '../payout/errors.js';
import type { Temporal } from './temporal.js';

type Client = Temporal['client'];

/** The newest run of a payout's workflow, or the given one, as the server knows it. Throws `NotFound`. */
export const describeWorkflow = (
  client: Client,
  reference: string,
  runId?: string,
): Promise<WorkflowExecutionDescription> =>
  client.workflow
    .getHandle(`payout/${reference}`, runId)
    .describe()
    .catch((error: unknown) => {
      throw error instanceof WorkflowNotFoundError ? new NotFound(reference) : error;
    });

/** Why a workflow that has failed was refused. */
export const readRefusal = (client: Client, reference: string, runId?: string): Promise<unknown> =>
  client.workflow
    .getHandle(`payout/${reference}`, runId)
    .result()
    .then(
      () => new NotFound(reference),
      (error: unknown) => toPayoutsError(error, reference),
    );

/** Throws the refusal where this start, or the newest one of this reference, was refused. Returns its run. */
export async function expectNotRefused(client: Client, reference: string, ofRun?: string): Promise<string> {
  const { status, runId } = await describeWorkflow(client, reference, ofRun);
  if (status.name === 'FAILED') throw await readRefusal(client, reference, runId);
  return runId;
}
