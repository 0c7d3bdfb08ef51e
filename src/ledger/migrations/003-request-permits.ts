import { sql, type Kysely, type Migration } from 'kysely';

/**
 * One row for each request that an account may have under way or behind it within the second. Unlogged: what a crash forgets here is
 * made anew, and nobody waits for the disk.
 */
export const requestPermits003: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create unlogged table request_permits (
           account text collate "C" not null,
           number integer not null,
           -- While its request may be under way, the instant at which that is over for certain.
           free_at timestamptz not null,
           -- Grows with each request, so that one that ends late gives nothing back that somebody else has.
           grants bigint not null default 0,
           primary key (account, number)
         )`,
      )
      .execute(db);
  },
};
