import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { watchId, type Hint } from '../payout/watch-input.js';
import { nudgeSignal, watchNudgeSignal } from '../../workflows/messages.js';
import type { Heard, Nudge } from './nudge.js';

export interface TemporalNudgeOptions {
  readonly client: Client;
  /** The workflows' queue, which stands in the names of the watchers. */
  readonly taskQueue: string;
  readonly withinMs: number;
}

/** Nudges by the signal of that name, within the given time. Rejects where Temporal did not take it. */
export function temporalNudge({ client, taskQueue, withinMs }: TemporalNudgeOptions): Nudge {
  // The SDK tries again by itself until the deadline: a signal twice is as good as one.
  const inTime = <T>(ask: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + withinMs, ask);
  return {
    async payout(reference): Promise<Heard> {
      try {
        await inTime(() => client.workflow.getHandle(`payout/${reference}`).signal(nudgeSignal));
        return 'heard';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'nobody';
        throw error;
      }
    },
    async watcher(provider, account, hints) {
      await inTime(() =>
        client.workflow.signalWithStart('watch', {
          workflowId: watchId(taskQueue, provider, account),
          taskQueue,
          args: [{ provider, account, page: 1 }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          signal: watchNudgeSignal,
          signalArgs: [{ hints }] as [{ hints: readonly Hint[] }],
          staticSummary: `watches the lists of ${provider}, account ${account}`,
        }),
      );
    },
  };
}
