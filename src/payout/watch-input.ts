/** Whose lists are watched, and where the poll before left off. */
export interface WatchInput {
  readonly provider: string;
  readonly account: string;
  readonly page: number;
  /** The longest page seen so far: what the provider gives at most, as far as is known. */
  readonly rowsPerPage?: number;
  /** Payouts that are said to have changed. */
  readonly hints?: readonly Hint[];
}

/** A payout that somebody says has changed, by what he knows of it: our reference, or the provider's id. */
export interface Hint {
  readonly reference?: string;
  readonly providerReference?: string;
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

/** The most hints that one nudge may bring, and that are kept for one poll. Whoever is left out is found in the lists. */
export const MOST_HINTS = 200;

/** The hints of a nudge. Anybody may send anything; what is of another form is left out. */
export function toHints(message: unknown): readonly Hint[] {
  const hints: unknown = typeof message === 'object' && message !== null && 'hints' in message ? message.hints : [];
  return Array.isArray(hints) ? hints.flatMap(toHint).slice(0, MOST_HINTS) : [];
}

function toHint(value: unknown): readonly Hint[] {
  const { reference, providerReference } = Object(value) as Readonly<Record<keyof Hint, unknown>>;
  const hint = {
    ...(isText(reference) ? { reference } : {}),
    ...(isText(providerReference) ? { providerReference } : {}),
  };
  return Object.keys(hint).length > 0 ? [hint] : [];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 200;
