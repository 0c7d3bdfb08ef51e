import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { LedgerSchema, LedgerUnreachable } from '../payout/errors.js';
import { MIGRATIONS, NEWEST_MIGRATION } from './migrations/index.js';
import { PreparingClient } from './preparing-client.js';
import { postgresTransaction } from './postgres-transaction.js';
import type { LedgerTransaction, Standing } from './transaction.js';

/** The memory of the system: what was claimed, asked, answered and decided. The source of truth. */
export interface Ledger {
  transaction<T>(step: (tx: LedgerTransaction) => Promise<T>): Promise<T>;
}

export interface PostgresLedger extends Ledger {
  readonly db: Kysely<unknown>;
  /** Brings the schema up to date. Returns the names of the migrations that were run. */
  migrate(): Promise<readonly string[]>;
  /** Throws `LedgerSchema` where the schema is older or newer than this program, `LedgerUnreachable` where there is none. */
  expectCurrent(): Promise<Standing>;
  /** A person says that this restored or promoted database may go on paying. */
  accept(by: string): Promise<Standing>;
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly url: string;
  readonly maxConnections?: number;
  /** How long to wait for a connection, milliseconds. */
  readonly connectTimeoutMs?: number;
}

export function openLedger(options: LedgerOptions): PostgresLedger {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.url,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    application_name: 'temporal-payouts',
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const transaction = <T>(step: (tx: LedgerTransaction) => Promise<T>): Promise<T> =>
    unreachableAsSuch(db.transaction().execute((trx) => step(postgresTransaction(trx))));

  const ledger: PostgresLedger = {
    db,
    transaction,
    migrate: () => unreachableAsSuch(migrate(db)),
    expectCurrent: async () => {
      await expectMigrations(db);
      return transaction((tx) => tx.standing());
    },
    accept: async (by) => {
      await expectMigrations(db);
      await unreachableAsSuch(acceptIdentity(db, by));
      return transaction((tx) => tx.standing());
    },
    close: () => db.destroy(),
  };
  return ledger;
}

async function migrate(db: Kysely<unknown>): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error('the ledger could not be migrated', { cause: error });
  const accepted = await sql`select 1 from acceptances limit 1`.execute(db);
  if (accepted.rows.length === 0) await acceptIdentity(db, 'migrate');
  return (results ?? []).filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

async function acceptIdentity(db: Kysely<unknown>, by: string): Promise<void> {
  await sql`insert into acceptances (system_identifier, timeline, accepted_by)
            select c.system_identifier::text, k.timeline_id, ${by} from pg_control_system() c, pg_control_checkpoint() k`.execute(
    db,
  );
}

async function expectMigrations(db: Kysely<unknown>): Promise<void> {
  const tables = await unreachableAsSuch(
    sql<{ found: boolean }>`select to_regclass('kysely_migration') is not null as found`.execute(db),
  );
  const names = tables.rows[0]?.found
    ? (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows.map(
        ({ name }) => name,
      )
    : [];
  const missing = Object.keys(MIGRATIONS).filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new LedgerSchema(
      `the ledger lacks ${missing.join(', ')}: run \`payouts migrate\` with PAYOUTS_DATABASE_URL set`,
    );
  expectKnown(names.at(-1) as string);
}

/** A ledger that is newer than this program may mean things by its rows that this program does not know. */
export function expectKnown(newestMigration: string): void {
  if (newestMigration > NEWEST_MIGRATION)
    throw new LedgerSchema(
      `the ledger has ${newestMigration}, this program knows ${NEWEST_MIGRATION}: upgrade this program`,
    );
}

const UNREACHABLE = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|57P0|53300|28|3D000|08)/;

async function unreachableAsSuch<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const timedOut = cause instanceof Error && /timeout exceeded|Connection terminated/.test(cause.message);
    if (!UNREACHABLE.test(code) && !timedOut) throw error;
    const why = cause instanceof Error ? cause.message || code : code;
    throw new LedgerUnreachable(`the ledger cannot be reached (${why}): check PAYOUTS_DATABASE_URL and the database`);
  }
}
