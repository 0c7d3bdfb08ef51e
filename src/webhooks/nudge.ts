import type { Hint } from '../payout/watch-input.js';

/** What a delivery may cause, and all that it may: somebody looks at the provider's records. */
export interface Nudge {
  payout(reference: string): Promise<Heard>;
  /** Starts the watcher where none runs. The hints say which payouts have changed, as far as that is known. */
  watcher(provider: string, account: string, hints: readonly Hint[]): Promise<void>;
}

/** `nobody`: no such workflow runs. */
export type Heard = 'heard' | 'nobody';
