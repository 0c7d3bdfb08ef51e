import type { WorkerOptions } from '@temporalio/worker';

/** Of both sides alike. */
export const WORKER_OPTIONS = {
  maxConcurrentActivityTaskExecutions: 100,
  maxConcurrentWorkflowTaskExecutions: 100,
  maxCachedWorkflows: 500,
} satisfies Partial<WorkerOptions>;

export const TASK_QUEUES = { payouts: 'bench', floor: 'floor' } as const;
