import { toUnreachable } from '../ledger/unreachable.js';
import { LedgerSchema, type PayoutsError } from '../payout/errors.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

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
  return toUnreachable(error);
}
