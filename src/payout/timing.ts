/** The times of the protocol, milliseconds. All are estimates or patience; none of them is a fence. */
export interface Timing {
  /** Total deadline of one HTTP request. */
  readonly httpTimeoutMs: number;
  /** From before the transaction that opens an exchange to the last moment at which its bytes may leave. */
  readonly sendByMs: number;
  /** How long a provider's records may lag behind a payment. */
  readonly settleMs: number;
  /** First pause between two look-ups; grows with the age of the question. */
  readonly pollMs: number;
  /** Our assumption of how long the provider remembers an idempotency key. */
  readonly keyWindowMs: number;
  /** How soon a payout that waits for the operator tries again by itself. */
  readonly operatorRetryMs: number;
  /** How long after `sent` a return is watched for. */
  readonly returnWindowMs: number;
  /** How often an account's records are read for all payouts that wait on it. */
  readonly watchMs: number;
  /** How soon a watched payout looks for itself, if nobody told it anything. */
  readonly fallbackMs: number;
}

const LONGEST_POLL_FACTOR = 720;

/** The pause before the next try: grows with the age of what is asked, so that it needs no counter that a reset could lose. */
export function backOffMs(ageMs: number, pollMs: number): number {
  return Math.round(Math.min(Math.max(ageMs / 2, pollMs), pollMs * LONGEST_POLL_FACTOR));
}
