import type { WorkflowExecutionDescription } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Show } from '../payout/show.js';
import type { Status, WaitingFor } from '../payout/status.js';
import { toUnclaimed } from '../payout/unclaimed.js';
import { parseRequest } from '../providers/parse-request.js';
import { PAYOUT_STATUS, PAYOUT_WAITING_FOR } from '../../workflows/search-attributes.js';
import type { Temporal } from './temporal.js';

/**
 * What the server itself knows of a payout whose workflow runs: what it was started with, and its search attributes.
 * Nothing where it was started by reference alone.
 */
export async function readRunning(
  client: Temporal['client'],
  { typedSearchAttributes }: WorkflowExecutionDescription,
  reference: string,
): Promise<Show | undefined> {
  const request = await readStartedRequest(client, reference);
  if (!request) return undefined;
  const show = toUnclaimed({ ...request });
  const status = (typedSearchAttributes.get(PAYOUT_STATUS) ?? 'created') as Status;
  const waitingFor = (typedSearchAttributes.get(PAYOUT_WAITING_FOR) ?? 'nothing') as WaitingFor;
  if (status === show.status && waitingFor === show.waitingFor) return show;
  return {
    ...show,
    status,
    waitingFor,
    evidence: 'as the Temporal server shows it; no ledger and no worker told more',
  };
}

/** The request that a workflow was started with, or nothing where it was started by reference alone. */
export async function readStartedRequest(
  client: Temporal['client'],
  reference: string,
): Promise<PayoutRequest | undefined> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: `payout/${reference}` },
    maximumPageSize: 1,
  });
  const payloads = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
  // As the client reads everything else: it may be encrypted.
  const { loadedDataConverter } = client.options;
  const input = payloads?.[0]
    ? await decodeFromPayloadsAtIndex<Partial<PayoutRequest>>(loadedDataConverter, 0, payloads)
    : {};
  return input.provider === undefined ? undefined : parseRequest(input);
}
