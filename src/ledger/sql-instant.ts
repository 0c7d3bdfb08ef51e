import { sql } from 'kysely';

/** Epoch milliseconds as an instant of the database. */
export const at = (ms: number) => sql`to_timestamp(${ms}::double precision / 1000)`;

/** So many of them as an interval. */
export const milliseconds = (ms: number) => sql`${ms}::double precision * interval '1 millisecond'`;
