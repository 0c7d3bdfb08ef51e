/** Whose lists are watched, and where the poll before left off. */
export interface WatchInput {
  readonly provider: string;
  readonly account: string;
  readonly page: number;
  /** The longest page seen so far: what the provider gives at most, as far as is known. */
  readonly rowsPerPage?: number;
}

/** What one poll came to. */
export interface WatchPoll {
  /** How many payouts wait on the provider. */
  readonly waiting: number;
  /** None does, and none will within minutes. */
  readonly isIdle: boolean;
  readonly page: number;
  readonly rowsPerPage: number;
  /** Requests made to the provider. */
  readonly calls: number;
  readonly pauseMs: number;
  /** After a nudge too, so that a storm of them is no storm of requests. */
  readonly leastPauseMs: number;
}

/** The id of the workflow that watches an account. */
export const watchId = (taskQueue: string, provider: string, account: string): string =>
  `${taskQueue}/watch/${provider}/${account}`;
