import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Files of payouts, and what one call of a provider asks for several payouts at once. A batch knows its rows before they are claimed;
 * from the claim on, a row is a payout like any other.
 */
export const batches004: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table batches (
     id text collate "C" primary key,
     -- Null until every row of it is here: nothing is claimed before.
     total integer,
     columns jsonb not null,
     at timestamptz not null default clock_timestamp()
   )`,

  `create table batch_rows (
     batch_id text collate "C" not null references batches,
     index integer not null,
     reference text collate "C" not null,
     request jsonb not null,
     -- The row as it stood in the file, for the results.
     input jsonb not null,
     -- The group that carries it; null: a workflow of its own.
     carrier text collate "C",
     -- Why it was not claimed.
     refusal text,
     primary key (batch_id, index),
     unique (batch_id, reference)
   )`,

  `alter table attempts add column shared boolean not null default false`,

  `alter table payouts add column carrier text collate "C"`,
  `create index payouts_carrier on payouts (carrier) where carrier is not null`,
];
