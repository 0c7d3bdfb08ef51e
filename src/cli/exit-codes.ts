/** What the process tells its caller; the meanings are promised in the README and in `payouts --help`. */
export const EXIT = {
  /** Done as asked. */
  done: 0,
  /** Refused, or ended otherwise than by a payment. */
  refused: 1,
  /** Usage or bad input; nothing was started. */
  usage: 2,
  inDoubt: 3,
  waitedTooLong: 4,
  /** Server or ledger not reachable. */
  unreachable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
