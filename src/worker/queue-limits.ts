import type { WorkerOptions } from '@temporalio/worker';
import type { ServedAccount } from '../../activities/deps.js';

/** A worker's steps at one time, unless it is told otherwise: the SDK's own default. */
const STEPS = 100;
const FEWEST_STEPS = 4;

/**
 * What the account's task queue is told of its limit. The server hands out no more steps in a second than requests may be made in it,
 * whatever the number of workers, and each worker takes no more steps than can soon be served: whoever has to wait, waits on the
 * server. The limit itself is kept by the permits, since a step may make several requests and the server allows a burst.
 */
export function queueLimits(
  { requestsPerSecond }: ServedAccount,
  { maxConcurrentActivityTaskExecutions = STEPS, tuner }: Partial<WorkerOptions> = {},
): Partial<WorkerOptions> {
  if (requestsPerSecond === undefined) return {};
  const steps = Math.max(FEWEST_STEPS, Math.ceil(2 * requestsPerSecond));
  return {
    maxTaskQueueActivitiesPerSecond: requestsPerSecond,
    ...(tuner ? {} : { maxConcurrentActivityTaskExecutions: Math.min(steps, maxConcurrentActivityTaskExecutions) }),
  };
}
