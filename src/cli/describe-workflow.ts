import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { toPayoutsError } from '../client/to-payouts-error.js';
import { NotFound } from '../payout/errors.js';
import type { Temporal } from './temporal.js';

type Client = Temporal['client'];

/** The newest run of a payout's workflow, as the server knows it. Throws `NotFound`. */
export const describeWorkflow = (client: Client, reference: string): Promise<WorkflowExecutionDescription> =>
  client.workflow
    .getHandle(`payout/${reference}`)
    .describe()
    .catch((error: unknown) => {
      throw error instanceof WorkflowNotFoundError ? new NotFound(reference) : error;
    });

/** Why a workflow that has failed was refused. */
export const readRefusal = (client: Client, reference: string): Promise<unknown> =>
  client.workflow
    .getHandle(`payout/${reference}`)
    .result()
    .then(
      () => new NotFound(reference),
      (error: unknown) => toPayoutsError(error, reference),
    );

/** Throws the refusal where the newest start of this reference was refused. */
export async function expectNotRefused(client: Client, reference: string): Promise<void> {
  const { status } = await describeWorkflow(client, reference);
  if (status.name === 'FAILED') throw await readRefusal(client, reference);
}
