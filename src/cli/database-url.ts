import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Env } from './temporal.js';

/** The ledger's database. Throws where none is named. */
export function databaseUrl(env: Env): string {
  const url = env['PAYOUTS_DATABASE_URL'];
  if (url) return url;
  const example = 'postgres://user:password@host:5432/payouts';
  throw new CliError('Config', `PAYOUTS_DATABASE_URL is missing: set it, for example ${example}`, EXIT.usage);
}
