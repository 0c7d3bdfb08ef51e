import { DecisionRefused } from '../payout/errors.js';
import type { Show } from '../payout/show.js';
import { isEnding } from '../payout/status.js';
import { withinTime, withPayouts } from './open-payouts.js';
import { openReader } from './payout-reader.js';
import type { Env } from './temporal.js';

/** Resumes a payout that exists and has not ended; the message itself is a signal, which nobody answers. */
export function resumePayout(env: Env, reference: string, by: string | undefined, timeoutMs: number): Promise<Show> {
  return withPayouts(env, async ({ payouts, temporal }) => {
    const reader = await openReader(env, temporal);
    try {
      const before = await reader.read(reference);
      if (isEnding(before.status))
        throw new DecisionRefused(`${reference} is ${before.status}: there is nothing to resume`);
      await withinTime(temporal, { reference, timeoutMs }, () => payouts.getHandle(reference).resume(by ? { by } : {}));
      return before;
    } finally {
      await reader.close();
    }
  });
}
