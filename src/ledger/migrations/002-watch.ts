import { sql, type Kysely, type Migration } from 'kysely';

/** What a watcher has written down, and the payout's carrier has not heard of yet. */
export const watch002: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `alter table payouts add column untold boolean not null default false`,
  `create index payouts_untold on payouts (reference) where untold`,
  `create index payouts_provider_reference on payouts (provider_reference) where provider_reference is not null`,
];
