import type { WorkflowService } from '@temporalio/client';
import { readServedAccounts } from '../../worker/accounts.js';
import type { Env, Temporal } from '../temporal.js';
import { finding, good, problem, type Finding } from './finding.js';
import { readOpenAccounts } from './read-open-accounts.js';

/** The two kinds of queues, as the server's protocol numbers them. */
const WORKFLOW_QUEUE = 1 as unknown as QueueType;
const ACTIVITY_QUEUE = 2 as unknown as QueueType;
type QueueType = NonNullable<Parameters<WorkflowService['describeTaskQueue']>[0]['taskQueueType']>;
/** A poll takes a minute at most; one that is older is a worker's that is gone. */
const POLLS_WITHIN_MS = 90_000;

/** Whether a worker polls every queue: of the accounts known here, and of those that have open payouts. */
export async function checkQueues(env: Env, temporal: Temporal): Promise<readonly Finding[]> {
  const { taskQueue } = temporal.target;
  const names = new Set([...accountsHere(env), ...(await readOpenAccounts(env))]);
  return Promise.all([
    checkQueue(temporal, taskQueue, WORKFLOW_QUEUE),
    ...[...names].sort().map((name) => checkQueue(temporal, `${taskQueue}/${name}`, ACTIVITY_QUEUE)),
  ]);
}

/** A mistake in the providers' settings is another check's finding. */
function accountsHere(env: Env): readonly string[] {
  try {
    return readServedAccounts(env).map(({ provider, name }) => `${provider.name}/${name}`);
  } catch {
    return [];
  }
}

async function checkQueue({ connection, target }: Temporal, name: string, taskQueueType: QueueType): Promise<Finding> {
  const check = `queue ${name}`;
  try {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace: target.namespace,
      taskQueue: { name },
      taskQueueType,
    });
    const alive = pollers.filter(({ lastAccessTime }) => ageMs(lastAccessTime) < POLLS_WITHIN_MS);
    if (alive.length > 0)
      return good(check, `polled by ${[...new Set(alive.map(({ identity }) => identity))].join(', ')}`);
    const credentials = taskQueueType === ACTIVITY_QUEUE ? ' with credentials for this account' : '';
    return problem(check, `no worker polls it: run \`payouts worker\`${credentials}`);
  } catch (error) {
    return finding(check, () => Promise.reject(error));
  }
}

const ageMs = (at: { readonly seconds?: unknown } | null | undefined): number =>
  Date.now() - Number(at?.seconds ?? 0) * 1000;
