import { LedgerSchema, LedgerUnreachable, type PayoutsError } from '../payout/errors.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/** No connection, no such host, refused, timed out, wrong user or database, too many clients, shutting down. */
const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|57P0|53300|28|3D000|08)/;
const UNDEFINED_TABLE = '42P01';
const MAY_NOT_READ = '42501';

/** The ledger's error for one that came from its database, or nothing where it did not. Never holds the URL. */
export function toLedgerError(error: unknown): PayoutsError | CliError | undefined {
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === UNDEFINED_TABLE)
    return new LedgerSchema('the database holds no ledger: run `payouts migrate`, or mend PAYOUTS_DATABASE_URL');
  if (code === MAY_NOT_READ)
    return new CliError('LedgerAccess', `the database refuses (${cause.message}): grant it to this user`, EXIT.refused);
  if (code === 'ERR_INVALID_URL')
    return new CliError(
      'Config',
      'PAYOUTS_DATABASE_URL: is no URL; write it like postgres://user:password@host:5432/payouts',
      EXIT.usage,
    );
  if (!UNREACHABLE.test(code) && !/timeout exceeded|Connection terminated/.test(cause.message)) return undefined;
  return new LedgerUnreachable(
    `the ledger cannot be reached (${cause.message || code}): check PAYOUTS_DATABASE_URL and the database`,
  );
}
