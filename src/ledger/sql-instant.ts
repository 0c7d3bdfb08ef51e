import { sql } from 'kysely';

/** Epoch milliseconds as an instant of the database. */
export const at = (ms: number) => sql`to_timestamp(${ms}::double precision / 1000)`;
