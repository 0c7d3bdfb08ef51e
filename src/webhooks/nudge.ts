/** What a delivery may cause, and all that it may: somebody looks at the provider's records. */
export interface Nudge {
  payout(reference: string): Promise<Heard>;
  watcher(provider: string, account: string): Promise<Heard>;
}

/** `nobody`: no such workflow runs. */
export type Heard = 'heard' | 'nobody';
