import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import type { TestStack } from './stack.js';

/** What can happen to a workflow from outside: by a person in the UI, by retention, by an operator's script. */

const NAMESPACE = 'default';

const workflowOf = (client: Client, reference: string): WorkflowHandle =>
  client.workflow.getHandle(`payout/${reference}`);

/** Starts the payout's workflow by its reference alone, as the sweep and the library do. */
export const carryOn = ({ client, env }: TestStack, reference: string): Promise<WorkflowHandle> =>
  client.workflow.start('payout', {
    workflowId: `payout/${reference}`,
    taskQueue: env['PAYOUTS_TASK_QUEUE'] as string,
    args: [{ reference }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });

export async function terminate({ client }: TestStack, reference: string): Promise<void> {
  await workflowOf(client, reference).terminate('a person in the UI');
}

/** Resets the run to its beginning: all that its steps did is forgotten, and they are taken again. */
export const reset = async ({ client }: TestStack, reference: string): Promise<WorkflowHandle> =>
  resetToStart(client, workflowOf(client, reference));

/** The same for any workflow. */
export async function resetToStart(client: Client, workflow: WorkflowHandle): Promise<WorkflowHandle> {
  const { workflowId } = workflow;
  const { runId } = await workflow.describe();
  await client.workflowService.resetWorkflowExecution({
    namespace: NAMESPACE,
    workflowExecution: { workflowId, runId },
    reason: 'a person in the UI',
    requestId: randomUUID(),
    workflowTaskFinishEventId: await firstWorkflowTask(workflow),
  });
  return client.workflow.getHandle(workflowId);
}

const COMPLETED_WORKFLOW_TASK = 7;

async function firstWorkflowTask(workflow: WorkflowHandle) {
  const { events } = await workflow.fetchHistory();
  const first = events?.find(({ eventType }) => Number(eventType) === COMPLETED_WORKFLOW_TASK);
  if (!first?.eventId) throw new Error('the workflow has not begun');
  return first.eventId;
}

/** Deletes the workflow, as retention does in the end, and waits until it is gone. */
export async function deleteWorkflow({ client }: TestStack, reference: string): Promise<void> {
  await client.workflowService.deleteWorkflowExecution({
    namespace: NAMESPACE,
    workflowExecution: { workflowId: `payout/${reference}` },
  });
  for (;;) {
    try {
      await workflowOf(client, reference).describe();
      await sleep(100);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return;
      throw error;
    }
  }
}
