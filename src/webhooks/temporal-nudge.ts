import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { watchId } from '../payout/watch-input.js';
import { nudgeSignal } from '../../workflows/messages.js';
import type { Heard, Nudge } from './nudge.js';

export interface TemporalNudgeOptions {
  readonly client: Client;
  /** The workflows' queue, which stands in the names of the watchers. */
  readonly taskQueue: string;
  readonly withinMs: number;
}

/** Nudges by the signal of that name, within the given time. Rejects where Temporal did not take it. */
export function temporalNudge({ client, taskQueue, withinMs }: TemporalNudgeOptions): Nudge {
  const signal = async (workflowId: string): Promise<Heard> => {
    try {
      // The SDK tries again by itself until the deadline: a signal twice is as good as one.
      await client.withDeadline(Date.now() + withinMs, () => client.workflow.getHandle(workflowId).signal(nudgeSignal));
      return 'heard';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'nobody';
      throw error;
    }
  };
  return {
    payout: (reference) => signal(`payout/${reference}`),
    watcher: (provider, account) => signal(watchId(taskQueue, provider, account)),
  };
}
