import { sql, type RawBuilder } from 'kysely';
import type { Attempt, Claim, DecisionMade, Facts, State } from '../payout/facts.js';
import type { Ruling } from '../payout/decide.js';
import type { EffectContract } from '../payout/contract.js';
import { LedgerMismatch } from '../payout/errors.js';
import { isEnding } from '../payout/status.js';
import { NEWEST_MIGRATION } from './migrations/index.js';
import type { Answered, FirstCall, LanePlace, Lease, NewExchange, Standing } from './transaction.js';
import { at, milliseconds } from './sql-instant.js';
import { factsQuery, toFacts } from './facts-query.js';
import { CLAIMED, freshFacts } from './fresh-facts.js';
import { nextState } from './next-state.js';
import { storable, toJson } from './storable.js';
import type { Run } from './postgres-watching.js';
import { PostgresBatch } from './postgres-batch.js';
import type { BatchTransaction } from './batch-transaction.js';
import type { Outcome } from '../payout/outcome.js';

/** The ledger's steps as SQL. Every statement is one round trip. */
export class PostgresTransaction extends PostgresBatch implements BatchTransaction {
  private locked: string | undefined;

  constructor(
    run: Run,
    /** The ledger that this worker began with. */
    private readonly expectedId?: string,
  ) {
    super(run);
  }

  async standing(locking?: string): Promise<Standing> {
    const [row] = await this.run(locking === undefined ? STANDING : lockAndReadStanding(locking));
    if (!row) throw new Error('the ledger has no identity row');
    if (this.expectedId !== undefined && row.ledgerId !== this.expectedId)
      throw new LedgerMismatch(
        `this worker began with ledger ${this.expectedId}, and now finds ${row.ledgerId}: restart it`,
      );
    this.locked = locking;
    return row;
  }

  async claim(claim: Omit<Claim, 'claimedAtMs'>): Promise<Facts | undefined> {
    const [row] = await this.run(sql<{ nowMs: number; version: number }>`
      with ${newClaim(claim)} select epoch_ms(since) as "nowMs", version::float8 as version from state`);
    return row && freshFacts(claim, row.nowMs, row.version);
  }

  async claimFirst<C extends EffectContract>(first: FirstCall<C>): Promise<number | undefined> {
    const { claim, ledgerId, idempotencyKey, snapshot } = first;
    const { body, ...call } = first.call;
    // What the ledger is and whether the reference is free is asked, and all of it written, by one statement: it is carried out
    // whole or not at all.
    const [row] = await this.run(sql<{ id: number }>`
      with standing as materialized (${STANDING}), ${newClaim(
        claim,
        sql`from standing
            where accepted and "ledgerId" = ${ledgerId}::uuid and "newestMigration" <= ${NEWEST_MIGRATION}`,
      )}, attempt as (
        insert into attempts (number, idempotency_key, call, body)
        select 1, ${idempotencyKey}, ${JSON.stringify(call)}::jsonb, ${body} from new_claim returning id
      ), member as (
        insert into attempt_members (reference, attempt_id) select c.reference, a.id from new_claim c, attempt a
      )
      insert into exchanges (attempt_id, opened_at, send_by, closes_at, credentials, grounds, snapshot, worker)
      select a.id, c.claimed_at, c.claimed_at + ${milliseconds(first.sendWithinMs)},
             c.claimed_at + ${milliseconds(first.closesWithinMs)}, ${claim.credentials}, ${first.grounds.kind},
             ${snapshot === null ? null : JSON.stringify(snapshot)}::jsonb, ${first.worker}
      from attempt a, new_claim c
      returning id::float8 as id`);
    return row?.id;
  }

  async facts(reference: string): Promise<Facts | undefined> {
    // Apart from the reading: a statement sees what was there when it began, which is before it waited for the lock.
    if (this.locked !== reference) await this.run(lock(reference));
    const [row] = await this.run(factsQuery(reference));
    return row && toFacts(row);
  }

  async caseTwin(reference: string): Promise<string | undefined> {
    const [row] = await this.run(
      sql<{ reference: string }>`select reference from claims where reference_folded = lower(${reference})`,
    );
    return row?.reference === reference ? undefined : row?.reference;
  }

  async openAttempt(
    reference: string,
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call' | 'subject'>,
  ): Promise<number> {
    const { body, ...call } = attempt.call;
    const [row] = await this.run(sql<{ id: number }>`
      with attempt as (
        insert into attempts (number, idempotency_key, call, body, subject)
        values (${attempt.number}, ${attempt.idempotencyKey}, ${JSON.stringify(call)}::jsonb, ${body}, ${attempt.subject})
        returning id
      ), member as (insert into attempt_members (reference, attempt_id) select ${reference}, id from attempt)
      select id::float8 as id from attempt`);
    return (row as { id: number }).id;
  }

  async openExchange<C extends EffectContract>(exchange: NewExchange<C>) {
    const [row] = await this.run(sql<{ id: number }>`
      insert into exchanges (attempt_id, opened_at, send_by, closes_at, credentials, grounds, snapshot, worker)
      values (${exchange.attemptId}, ${at(exchange.openedAtMs)}, ${at(exchange.sendByMs)}, ${at(exchange.closesAtMs)},
              ${exchange.credentials}, ${exchange.grounds.kind},
              ${exchange.snapshot === null ? null : JSON.stringify(exchange.snapshot)}::jsonb, ${exchange.worker})
      returning id::float8 as id`);
    return (row as { id: number }).id;
  }

  async recordOutcome(exchangeId: number, outcome: Outcome) {
    await this.run(insertOutcome({ exchangeId, outcome }));
  }

  async exchangeOpenedBy(reference: string, worker: string): Promise<number | undefined> {
    const [row] = await this.run(sql<{ id: number }>`
      select e.id::float8 as id from exchanges e join attempt_members m using (attempt_id)
      where m.reference = ${reference} and e.worker = ${worker}
        and not exists (select from outcomes o where o.exchange_id = e.id)`);
    return row?.id;
  }

  async isCounted(reference: string, messageId: string): Promise<boolean> {
    const rows = await this.run(
      sql`select 1 from decisions where reference = ${reference} and message_id = ${messageId}`,
    );
    return rows.length > 0;
  }

  async recordDecision(reference: string, decision: DecisionMade, messageId: string) {
    const rows = await this.run(sql`
      insert into decisions (reference, decision, message_id)
      values (${reference}, ${toJson(decision)}::jsonb, ${messageId})
      on conflict (reference, message_id) do nothing returning id`);
    return rows.length > 0;
  }

  async recordRuling(facts: Facts, given: Ruling, untold?: 'untold', answered?: Answered): Promise<State> {
    const ruling = { ...given, evidence: storable(given.evidence) };
    const state = nextState(facts, ruling);
    const saysNew =
      ruling.status !== facts.state.status ||
      ruling.waitingFor !== facts.state.waitingFor ||
      ruling.evidence !== facts.state.evidence;
    const { reference } = facts.claim;
    const { nextAtMs } = state;
    const update = sql`
      update payouts set version = coalesce((select id from event), version), status = ${ruling.status},
        waiting_for = ${ruling.waitingFor}, evidence = ${ruling.evidence}, provider_reference = ${state.providerReference},
        amount_minor = ${state.amountMinor}, may_return = ${state.mayReturn},
        provider_date = ${state.providerDateMs === null ? null : at(state.providerDateMs)},
        next_at = ${nextAtMs === null ? null : at(nextAtMs)},
        untold = untold or ${untold === 'untold'}, since = ${at(state.sinceMs)}, updated_at = clock_timestamp()
      where reference = ${reference}
      returning version::float8 as version`;
    const event = saysNew
      ? sql`insert into events (reference, status, waiting_for, evidence, is_break)
            values (${reference}, ${ruling.status}, ${ruling.waitingFor}, ${ruling.evidence}, ${ruling.isBreak}) returning id`
      : sql`select null::bigint as id`;
    // At an ending nobody waits behind this payout any more.
    const leave = isEnding(ruling.status)
      ? sql`, lanes as (update lane_tickets set released_at = clock_timestamp()
                        where reference = ${reference} and released_at is null)`
      : sql``;
    const outcome = answered ? sql`outcome as (${insertOutcome(answered)}),` : sql``;
    const [row] = await this.run(sql<{ version: number }>`with ${outcome} event as (${event}) ${leave} ${update}`);
    return { ...state, version: (row as { version: number }).version };
  }

  async enterLane(lane: string, reference: string, rank: number, lease?: Lease): Promise<LanePlace> {
    await this.run(sql`select pg_advisory_xact_lock(hashtextextended(${lane}, 0))`);
    await this.run(sql`
      insert into lane_tickets (lane, reference, rank, leased_until)
      values (${lane}, ${reference}, ${rank}, ${leasedUntil(lease?.waitingMs)})
      on conflict (lane, reference) where released_at is null do update set leased_until = excluded.leased_until,
        engaged = lane_tickets.engaged and (lane_tickets.leased_until is null or lane_tickets.leased_until > clock_timestamp())`);
    const open = await this.run(sql<{ reference: string; rank: number }>`
      select reference, rank from lane_tickets
      where lane = ${lane} and released_at is null and (leased_until is null or leased_until > clock_timestamp())
      order by engaged desc, rank, id`);
    const [first] = open;
    // Our own lease ran out between the two statements: the next try draws again.
    if (!first) return { served: false, servedReference: reference, ahead: 0, lowerRankWaits: false };
    const served = first.reference === reference;
    if (served && lease)
      // Nobody is let in before one who is at it, not even who drew earlier and was away.
      await this.run(sql`update lane_tickets set leased_until = ${leasedUntil(lease.servedMs)}, engaged = true
                    where lane = ${lane} and reference = ${reference} and released_at is null`);
    return {
      served,
      servedReference: first.reference,
      ahead: open.findIndex((ticket) => ticket.reference === reference),
      lowerRankWaits: open.some((ticket) => ticket.rank < rank),
    } satisfies LanePlace;
  }

  async engageLanes(reference: string): Promise<void> {
    await this.run(sql`update lane_tickets set engaged = true where reference = ${reference} and released_at is null`);
  }

  async leaveLanes(reference: string, only?: 'leased'): Promise<void> {
    const leased = only === 'leased' ? sql`and leased_until is not null` : sql``;
    await this.run(sql`update lane_tickets set released_at = clock_timestamp()
                  where reference = ${reference} and released_at is null ${leased}`);
  }

  async leaveGroup(reference: string): Promise<void> {
    await this.run(sql`update payouts set carrier = null where reference = ${reference}`);
  }

  async controls(claim: Claim, limit: number): Promise<{ reference: string; providerReference: string }[]> {
    const rows = await this.run(sql<{ reference: string; providerReference: string }>`
      select p.reference, p.provider_reference as "providerReference"
      from payouts p join claims c using (reference)
      where c.provider = ${claim.provider} and c.account = ${claim.account} and c.host = ${claim.host}
        and p.provider_reference is not null and p.reference <> ${claim.reference}
      order by (c.request ->> 'accountConnection' = ${accountConnection(claim)}) desc nulls last, p.updated_at desc
      limit ${limit}`);
    return [...rows];
  }

  async overdue(graceMs: number, limit: number, after: string): Promise<string[]> {
    const rows = await this.run(sql<{ reference: string }>`
      select reference from payouts
      where next_at < clock_timestamp() - ${milliseconds(graceMs)}
        and carrier is null and reference > ${after}
      order by reference limit ${limit}`);
    return rows.map(({ reference }) => reference);
  }
}

/** Several controls of the same recipient are worth most: they stand in the same list. */
const accountConnection = (claim: Claim): string =>
  'accountConnection' in claim.request ? claim.request.accountConnection : '';

/**
 * The timeline that is written on now. The control file tells that of the last checkpoint, which after a promotion stays the old one
 * for minutes: a promoted standby that lacks the last rows would pay them again meanwhile. The name of the file that is written to
 * begins with it.
 */
export const TIMELINE = sql<number>`
  case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
       else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end`;

const STANDING = sql<Standing>`
  select l.id as "ledgerId", l.salt, epoch_ms(clock_timestamp()) as "nowMs",
         c.system_identifier::text || '/' || k.timeline as identity,
         not pg_is_in_recovery() and (a.system_identifier, a.timeline) = (c.system_identifier::text, k.timeline) as accepted,
         (select max(name) from kysely_migration) as "newestMigration",
         -- A crash must not forget a request that was made: what is committed is on the disk before the request leaves.
         case when current_setting('synchronous_commit') = 'off' then set_config('synchronous_commit', 'on', true) end
  from ledger l, pg_control_system() c, lateral (select ${TIMELINE} as timeline) k,
       lateral (select system_identifier, timeline from acceptances order by id desc limit 1) a`;

/** The claim and its first status: `new_claim`, `event` and `state`, all of them empty where somebody has claimed it before. */
const newClaim = (claim: Omit<Claim, 'claimedAtMs'>, provided = sql``) => sql`
  new_claim as (
    insert into claims (reference, provider, account, host, credentials, request)
    select ${claim.reference}, ${claim.provider}, ${claim.account}, ${claim.host}, ${claim.credentials},
           ${JSON.stringify(claim.request)}::jsonb
    ${provided} on conflict do nothing returning reference, claimed_at
  ), event as (
    insert into events (reference, status, waiting_for, evidence, is_break, at)
    select reference, 'created', 'nothing', ${CLAIMED}, false, claimed_at from new_claim returning id, reference, at
  ), state as (
    insert into payouts (reference, version, status, waiting_for, evidence, next_at, since, updated_at)
    select reference, id, 'created', 'nothing', ${CLAIMED}, at, at, at from event returning version, since
  )`;

const lock = (reference: string) => sql<never>`select from payouts where reference = ${reference} for update`;

/** The payout is locked first, where there is one. */
const lockAndReadStanding = (reference: string): RawBuilder<Standing> => sql<Standing>`
  with locked as materialized (${lock(reference)}) select s.*, (select count(*) from locked) from (${STANDING}) s`;

const insertOutcome = ({ exchangeId, outcome }: Answered) =>
  sql`insert into outcomes (exchange_id, outcome) values (${exchangeId}, ${toJson(outcome)}::jsonb)`;

const leasedUntil = (ms: number | undefined) =>
  ms === undefined ? sql`null::timestamptz` : sql`clock_timestamp() + ${milliseconds(ms)}`;
