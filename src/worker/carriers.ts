import type { Client } from '@temporalio/client';
import type { Carriers } from '../../activities/deps.js';
import { watchId } from '../payout/watch-input.js';
import { nudgeSignal, seenSignal } from '../../workflows/messages.js';
import { carriedOnDetails } from '../../workflows/static-details.js';

/** A watcher that runs needs no asking for every payout. */
const ASK_EVERY_MS = 30_000;

/** Reaches the workflows through Temporal. */
export function createCarriers(client: Client, taskQueue: string): Carriers {
  const carrier = (reference: string) => ({
    workflowId: `payout/${reference}`,
    taskQueue,
    args: [{ reference }],
    ...carriedOnDetails(reference),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  });
  const askedAtMs = new Map<string, number>();
  return {
    async tell(view) {
      const options = { ...carrier(view.reference), signal: seenSignal, signalArgs: [view] as [typeof view] };
      await client.workflow.signalWithStart('payout', options);
    },
    async nudge(reference) {
      const options = { ...carrier(reference), signal: nudgeSignal, signalArgs: [] as [] };
      await client.workflow.signalWithStart('payout', options);
    },
    async watch(provider, account) {
      const key = `${provider}/${account}`;
      if (Date.now() - (askedAtMs.get(key) ?? 0) < ASK_EVERY_MS) return;
      askedAtMs.set(key, Date.now());
      await client.workflow.start('watch', {
        workflowId: watchId(taskQueue, provider, account),
        taskQueue,
        args: [{ provider, account, page: 1 }],
        staticSummary: `watches the lists of ${provider}, account ${account}`,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
    },
  };
}
