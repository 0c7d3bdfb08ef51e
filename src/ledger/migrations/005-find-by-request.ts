import { sql, type Kysely, type Migration } from 'kysely';

/** A delivery names a payout by a field of its request: found without reading all that sleep. */
export const findByRequest005: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw('create index claims_request on claims using gin (request jsonb_path_ops)').execute(db);
  },
};
