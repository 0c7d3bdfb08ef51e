import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { LedgerSchema } from '../payout/errors.js';
import { MIGRATIONS, NEWEST_MIGRATION } from './migrations/index.js';
import { PreparingClient } from './preparing-client.js';
import { PostgresTransaction, TIMELINE } from './postgres-transaction.js';
import type { Run } from './postgres-watching.js';
import type { BatchTransaction } from './batch-transaction.js';
import type { LedgerTransaction, Standing } from './transaction.js';
import { unreachableAsSuch } from './unreachable.js';

/** The memory of the system: what was claimed, asked, answered and decided. The source of truth. */
export interface Ledger<Tx extends LedgerTransaction = LedgerTransaction> {
  /** `statements`: `one` where the step asks the ledger once at most. It is carried out whole or not at all either way. */
  transaction<T>(step: (tx: Tx) => Promise<T>, statements?: 'one'): Promise<T>;
}

export interface PostgresLedger extends Ledger<BatchTransaction> {
  readonly db: Kysely<unknown>;
  /** Brings the schema up to date. Returns the names of the migrations that were run. */
  migrate(): Promise<readonly string[]>;
  /**
   * Throws `LedgerSchema` where the schema is older or newer than this program, `LedgerUnreachable` where there is none. From then on
   * every transaction expects this very ledger, whatever the URL comes to mean.
   */
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

const FROZEN_AFTER_MS = 10_000;

/** A new connection has every statement planned anew, several times: payouts come in bursts, and find the one of the last burst. */
const IDLE_MS = 60_000;

/**
 * Every statement looks up a few rows by their keys. By the server's defaults the planner would read whole tables for a hundred payouts,
 * which costs more with each payout ever made, and would compile statements that run for milliseconds. Not given as the connection is
 * opened: poolers refuse options there.
 */
const PLANNER = 'set random_page_cost = 1.1; set jit = off';
/** The pool waits for what this returns, which its types do not say of a function that is written into its options. */
const PREPARED = { onConnect: (client: pg.ClientBase): Promise<unknown> => client.query(PLANNER) };

export function openLedger(options: LedgerOptions): PostgresLedger {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.url,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: IDLE_MS,
    application_name: 'temporal-payouts',
    // A worker that is frozen in a transaction holds its payout and its lanes: the database lets go of it.
    idle_in_transaction_session_timeout: FROZEN_AFTER_MS,
    ...PREPARED,
    keepAlive: true,
  });
  // A connection that breaks, idle or in the middle of a transaction, would end the process without a listener, and with it every
  // request under way. What was asked on it rejects by itself, and the pool replaces it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  let expectedId: string | undefined;
  const transaction = <T>(step: (tx: BatchTransaction) => Promise<T>, statements?: 'one'): Promise<T> =>
    unreachableAsSuch(
      statements === 'one'
        ? step(new PostgresTransaction(once(runOn(db)), expectedId))
        : db.transaction().execute((trx) => step(new PostgresTransaction(runOn(trx), expectedId))),
    );

  const ledger: PostgresLedger = {
    db,
    transaction,
    migrate: () => unreachableAsSuch(migrate(db)),
    expectCurrent: async () => {
      await expectMigrations(db);
      const standing = await transaction((tx) => tx.standing());
      expectedId = standing.ledgerId;
      return standing;
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

const runOn =
  (db: Kysely<unknown>): Run =>
  async (query) =>
    (await query.execute(db)).rows;

/** One statement is a transaction by itself: two would be two. */
function once(run: Run): Run {
  let isUsed = false;
  return (query) => {
    if (isUsed) throw new Error('a step of one statement asks the ledger twice');
    isUsed = true;
    return run(query);
  };
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
  await sql`
    insert into acceptances (system_identifier, timeline, accepted_by)
    select c.system_identifier::text, ${TIMELINE}, ${by} from pg_control_system() c`.execute(db);
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
