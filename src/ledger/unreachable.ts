import { LedgerUnreachable } from '../payout/errors.js';

/** No connection, no such host, refused, timed out, wrong user or database, too many clients, shutting down. */
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|57P0|53300|28|3D000|08)/;

/** Tells a database that cannot be reached from one that refuses: the first throws `LedgerUnreachable`. */
export async function unreachableAsSuch<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const timedOut = cause instanceof Error && /timeout exceeded|Connection terminated/.test(cause.message);
    if (!UNREACHABLE.test(code) && !timedOut) throw error;
    const why = cause instanceof Error ? cause.message || code : code;
    throw new LedgerUnreachable(`the ledger cannot be reached (${why}): check PAYOUTS_DATABASE_URL and the database`);
  }
}
