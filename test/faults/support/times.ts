/** Shorter than those of the stack, so that a doubt has had all its time after two and a half seconds. */
export const HASTY = {
  PAYOUTS_POLL_MS: '200',
  PAYOUTS_SEND_BY_MS: '1000',
  PAYOUTS_HTTP_TIMEOUT_MS: '1000',
  PAYOUTS_SETTLE_MS: '500',
} as const;

/** After it an exchange is closed, and after it the records have settled: see `HASTY`. */
export const HASTY_SETTLED_MS = 2_500;
