/** Keeps the requests to one account's provider within the account's limit, over all workers together. */
export interface Pace {
  /** Waits until one more request may be made. */
  take(): Promise<Permit>;
  /** A permit that is free at once, or nothing. */
  takeNow(): Promise<Permit | undefined>;
  /** Others of this worker are waiting for their permits. */
  readonly isBusy: boolean;
}

/** Allows one request, for as long as its account is told that it may be under way. */
export interface Permit {
  /** To be called just before the request leaves. False: it came too late, and the request may not be made. */
  use(): boolean;
  /** The request has ended, so that it has arrived if it ever will; or it is not made after all. May be said again. */
  end(): void;
}
