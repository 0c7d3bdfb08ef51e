import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql, type Kysely } from 'kysely';
import type { Postgres } from '../../../src/dev/postgres.js';
import { findRunUser } from '../../../src/dev/run-user.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);

/** Whether this machine can limit the files of a process that runs. */
export const canLimitFiles = process.platform === 'linux';

/** The size of a segment of the write-ahead log: with less Postgres would not run at all. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Stands in for a disk that is full: the kernel lets no file of this Postgres grow beyond a limit, and the given table is
 * brought up to it. Postgres then says of that table what it says on a full disk (`could not extend file`); nothing in it is changed.
 */
export async function fillDisk(
  postgres: Postgres,
  db: Kysely<unknown>,
  filler: (text: string) => string,
): Promise<void> {
  await limitFiles(postgres, String(LIMIT_BYTES));
  await dropConnections(db);
  // Large rows fill it quickly, and small ones the gaps that those leave.
  for (const text of ['repeat(md5(n::text), 40)', 'n::text']) await fill(db, filler(text));
}

/** All of it is undone, and its place is taken all the same. The connections that were open say once that they were ended. */
const fill = (db: Kysely<unknown>, statement: string): Promise<unknown> =>
  until(
    () =>
      sql
        .raw(statement)
        .execute(db)
        .then(() => 'room for all', String),
    (ended) => ended.includes('could not extend file'),
    () => 'the disk to be full',
  );

export async function emptyDisk(postgres: Postgres, db: Kysely<unknown>): Promise<void> {
  await limitFiles(postgres, 'unlimited');
  await dropConnections(db);
}

/** Only the soft limit, which its owner may raise again, and nobody else. Connections that are made from now on have it. */
const limitFiles = (postgres: Postgres, limit: string): Promise<unknown> =>
  run('prlimit', ['--pid', String(postgres.pid), `--fsize=${limit}:`], { cwd: '/', ...findRunUser() });

/** All connections to this database but our own, and ours as well where it is asked for once more. */
export async function dropConnections(db: Kysely<unknown>): Promise<void> {
  const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and pid <> pg_backend_pid()`;
  await others.execute(db);
  await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch(() => undefined);
}
