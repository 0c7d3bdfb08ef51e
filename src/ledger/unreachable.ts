import { LedgerUnreachable } from '../payout/errors.js';

/** No connection, no such host, refused, timed out, wrong user or database, too many clients, shutting down. */
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|57P0|53300|28|3D000|08)/;

/** The error of a database that cannot be reached; nothing where it was reached and refuses. Never holds the URL. */
export function toUnreachable(error: unknown): LedgerUnreachable | undefined {
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause ? String(cause.code) : '';
  if (!UNREACHABLE.test(code) && !/timeout exceeded|Connection terminated/.test(cause.message)) return undefined;
  const why = cause.message || code;
  return new LedgerUnreachable(`the ledger cannot be reached (${why}): check PAYOUTS_DATABASE_URL and the database`);
}

/** Does the work, and tells a database that cannot be reached as such. Throws `LedgerUnreachable`. */
export async function unreachableAsSuch<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toUnreachable(error) ?? error;
  }
}
