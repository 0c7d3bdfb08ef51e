import { sql, type Kysely } from 'kysely';
import { milliseconds } from './sql-instant.js';
import { unreachableAsSuch } from './unreachable.js';

/**
 * The permits of an account's limit, which all workers share. One that was given out is free again a pause after its request has ended,
 * by the database's clock: so however long a request travels, no more of them than there are permits arrive within one pause.
 */
export interface RequestPermits {
  take(ask: PermitsAsked): Promise<PermitsTaken>;
  /** Its request has ended. `pauseMs`: 0 where none was made. */
  giveBack(account: string, permit: TakenPermit, pauseMs: number): Promise<void>;
}

export interface PermitsAsked {
  readonly account: string;
  /** How many permits the account has. */
  readonly permits: number;
  readonly wanted: number;
  /** How long a permit may stay away before it counts as lost with its worker, milliseconds. */
  readonly leaseMs: number;
  /** For permits that are made now: what was there before may have been used a moment ago. */
  readonly pauseMs: number;
}

export interface PermitsTaken {
  readonly taken: readonly TakenPermit[];
  /** When the next one will be free, as far as is known: one that is away may come back sooner. */
  readonly nextInMs: number;
}

export interface TakenPermit {
  readonly number: number;
  readonly grants: number;
}

export function createRequestPermits(db: Kysely<unknown>): RequestPermits {
  return {
    take: (ask) => unreachableAsSuch(take(db, ask)),
    async giveBack(account, { number, grants }, pauseMs) {
      await sql`update request_permits set free_at = ${inMs(pauseMs)}
                where account = ${account} and number = ${number} and grants = ${grants}`.execute(db);
    },
  };
}

async function take(db: Kysely<unknown>, ask: PermitsAsked): Promise<PermitsTaken> {
  const { account, permits, wanted, leaseMs } = ask;
  const { rows } = await sql<{ number: number | null; grants: number | null; nextInMs: number | null; known: number }>`
    with free as (
      select number from request_permits
      where account = ${account} and number < ${permits} and free_at <= clock_timestamp()
      order by free_at limit ${wanted} for update skip locked
    ), taken as (
      update request_permits p set free_at = ${inMs(leaseMs)}, grants = grants + 1
      from free where p.account = ${account} and p.number = free.number
      returning p.number, p.grants::float8 as grants
    ), known as (
      select count(*)::int as known,
             min(extract(epoch from free_at - clock_timestamp()) * 1000)
               filter (where number not in (select number from free))::float8 as "nextInMs"
      from request_permits where account = ${account} and number < ${permits}
    )
    select number, grants, "nextInMs", known from known left join taken on true`.execute(db);
  const taken = rows.flatMap(({ number, grants }) => (number === null || grants === null ? [] : [{ number, grants }]));
  const [first] = rows;
  if (!first || first.known < permits) await makeUp(db, ask);
  return { taken, nextInMs: Math.max(0, first?.nextInMs ?? 0) };
}

/** At the account's first request, when its limit was raised, and after a crash of the database. */
async function makeUp(db: Kysely<unknown>, { account, permits, pauseMs }: PermitsAsked): Promise<void> {
  await sql`
    insert into request_permits (account, number, free_at, grants)
    select ${account}, generate_series(0, ${permits}::int - 1), ${inMs(pauseMs)}, (random() * 1e12)::bigint
    on conflict do nothing`.execute(db);
}

const inMs = (ms: number) => sql`clock_timestamp() + ${milliseconds(ms)}`;
