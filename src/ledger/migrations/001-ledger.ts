import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Facts are append-only, which a trigger enforces. `payouts` (the newest status row of each reference) and `lane_tickets`
 * are the only tables that change; both can be derived from the rest.
 */
export const ledger001: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const APPEND_ONLY = [
  'ledger',
  'acceptances',
  'claims',
  'attempts',
  'attempt_members',
  'exchanges',
  'outcomes',
  'decisions',
  'events',
];

const STATEMENTS = [
  `create function epoch_ms(at timestamptz) returns double precision language sql immutable parallel safe
   as $$ select floor(extract(epoch from at) * 1000)::double precision $$`,

  `create table ledger (
     singleton boolean primary key default true check (singleton),
     id uuid not null default gen_random_uuid(),
     -- Keys the hash of credentials, so that two ledgers cannot be compared.
     salt text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
     created_at timestamptz not null default clock_timestamp()
   )`,

  `create table acceptances (
     id bigint generated always as identity primary key,
     system_identifier text not null,
     timeline integer not null,
     accepted_by text not null,
     at timestamptz not null default clock_timestamp()
   )`,

  `create table claims (
     reference text collate "C" primary key,
     reference_folded text collate "C" generated always as (lower(reference)) stored,
     provider text not null,
     account text not null,
     host text not null,
     credentials text not null,
     request jsonb not null,
     claimed_at timestamptz not null default clock_timestamp(),
     constraint claims_reference_folded unique (reference_folded)
   )`,

  `create table attempts (
     id bigint generated always as identity primary key,
     number integer not null,
     idempotency_key text not null unique,
     call jsonb not null,
     body text not null,
     subject text,
     opened_at timestamptz not null default clock_timestamp()
   )`,

  `create table attempt_members (
     reference text collate "C" not null references claims,
     attempt_id bigint not null references attempts,
     primary key (reference, attempt_id)
   )`,
  `create index attempt_members_attempt on attempt_members (attempt_id)`,

  `create table exchanges (
     id bigint generated always as identity primary key,
     attempt_id bigint not null references attempts,
     opened_at timestamptz not null,
     send_by timestamptz not null,
     closes_at timestamptz not null,
     credentials text not null,
     grounds text not null,
     snapshot jsonb,
     worker text not null
   )`,
  `create index exchanges_attempt on exchanges (attempt_id)`,

  `create table outcomes (
     id bigint generated always as identity primary key,
     exchange_id bigint not null references exchanges,
     outcome jsonb not null,
     at timestamptz not null default clock_timestamp()
   )`,
  `create index outcomes_exchange on outcomes (exchange_id)`,

  `create table decisions (
     id bigint generated always as identity primary key,
     reference text collate "C" not null references claims,
     decision jsonb not null,
     -- The id of the message that carried it: the same message counts once.
     message_id text not null,
     at timestamptz not null default clock_timestamp(),
     unique (reference, message_id)
   )`,

  `create table events (
     id bigint generated always as identity primary key,
     reference text collate "C" not null references claims,
     status text not null,
     waiting_for text not null,
     evidence text not null,
     is_break boolean not null,
     at timestamptz not null default clock_timestamp()
   )`,
  `create index events_reference on events (reference, id)`,
  `create index events_breaks on events (id) where is_break`,

  `create table payouts (
     reference text collate "C" primary key references claims,
     version bigint not null,
     status text not null,
     waiting_for text not null,
     evidence text not null,
     provider_reference text,
     amount_minor bigint,
     may_return boolean not null default false,
     provider_date timestamptz,
     -- When the carrier means to act next; null: it has ended.
     next_at timestamptz,
     since timestamptz not null,
     updated_at timestamptz not null
   )`,
  `create index payouts_status on payouts (status, since)`,
  `create index payouts_due on payouts (next_at) where next_at is not null`,

  `create table lane_tickets (
     id bigint generated always as identity primary key,
     lane text collate "C" not null,
     reference text collate "C" not null references claims,
     rank integer not null default 0,
     engaged boolean not null default false,
     -- Null: held until released. Otherwise a waiter or a caller that never came back loses its place at this instant.
     leased_until timestamptz,
     released_at timestamptz
   )`,
  `create unique index lane_tickets_open on lane_tickets (lane, reference) where released_at is null`,
  `create index lane_tickets_reference on lane_tickets (reference) where released_at is null`,

  `create function refuse_change() returns trigger language plpgsql
   as $$ begin raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name; end $$`,
  ...APPEND_ONLY.map(
    (table) => `create trigger append_only before update or delete on ${table}
                for each row execute function refuse_change()`,
  ),
  ...APPEND_ONLY.map(
    (table) => `create trigger no_truncate before truncate on ${table}
                for each statement execute function refuse_change()`,
  ),

  `insert into ledger default values`,
];
