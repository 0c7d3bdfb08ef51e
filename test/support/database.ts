import { inject } from 'vitest';
import { createDatabase } from '../../src/dev/create-database.js';
import { shortId } from './requests.js';

/** A new, empty database on the run's Postgres. */
export async function makeDatabase(): Promise<string> {
  const base = inject('postgresUrl');
  const name = `payouts_${shortId()}`;
  await createDatabase(base, name);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}
