/** What became of everything that arrived, and of the wakes that followed. Shown by `/health`. */
export interface Counts {
  readonly deliveries: Record<DeliveryCount, number>;
  readonly wakes: Record<WakeCount, number>;
}

type DeliveryCount =
  /** Genuine, about a payout, and new: something was woken. */
  | 'accepted'
  | 'duplicate'
  /** Signed too long ago, or in the future. */
  | 'stale'
  /** Genuine, and of no concern to a payout. */
  | 'other'
  /** Genuine, and in no form that we know: the watcher was woken, where there is one. */
  | 'unreadable'
  | 'unauthorized'
  | 'tooLarge'
  /** Neither a route nor an account. */
  | 'unknownPath'
  /** Broken off, too slow, no HTTP, or our own mistake. */
  | 'broken';

type WakeCount =
  | 'payout'
  | 'watcher'
  /** Nothing open has this reference, or this id. */
  | 'unknownPayout'
  /** The same wake was waiting already. */
  | 'merged'
  /** Too many were waiting: whoever was left out looks by itself. */
  | 'dropped'
  /** Temporal or the ledger did not do it in time. */
  | 'lost';

export const createCounts = (): Counts => ({
  deliveries: {
    accepted: 0,
    duplicate: 0,
    stale: 0,
    other: 0,
    unreadable: 0,
    unauthorized: 0,
    tooLarge: 0,
    unknownPath: 0,
    broken: 0,
  },
  wakes: { payout: 0, watcher: 0, unknownPayout: 0, merged: 0, dropped: 0, lost: 0 },
});
