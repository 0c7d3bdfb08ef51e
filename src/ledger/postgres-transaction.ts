import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Claim, DecisionMade, Facts, State } from '../payout/facts.js';
import type { EffectContract } from '../payout/contract.js';
import { LedgerMismatch } from '../payout/errors.js';
import { isEnding } from '../payout/status.js';
import type { LanePlace, NewExchange, Standing } from './transaction.js';
import { at } from './sql-instant.js';
import { factsQuery, toFacts } from './facts-query.js';
import { nextState } from './next-state.js';
import { storable, toJson } from './storable.js';
import { watchingSteps } from './postgres-watching.js';
import { batchSteps } from './postgres-batch.js';
import type { BatchTransaction } from './batch-transaction.js';
import type { Outcome } from '../payout/outcome.js';

/** The ledger's steps as SQL. Every statement is one round trip. */
export function postgresTransaction(db: Kysely<unknown>, expectedId?: string): BatchTransaction {
  const run = async <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => (await query.execute(db)).rows;

  return {
    ...watchingSteps(run),
    ...batchSteps(run),

    async standing() {
      const [row] = await run(STANDING);
      if (!row) throw new Error('the ledger has no identity row');
      if (expectedId !== undefined && row.ledgerId !== expectedId)
        throw new LedgerMismatch(
          `this worker began with ledger ${expectedId}, and now finds ${row.ledgerId}: restart it`,
        );
      return row;
    },

    async claim(claim) {
      const evidence = 'accepted and claimed';
      const [row] = await run(sql<{ nowMs: number; version: number }>`
        with new_claim as (
          insert into claims (reference, provider, account, host, credentials, request)
          values (${claim.reference}, ${claim.provider}, ${claim.account}, ${claim.host}, ${claim.credentials},
                  ${JSON.stringify(claim.request)}::jsonb)
          on conflict do nothing returning reference, claimed_at
        ), event as (
          insert into events (reference, status, waiting_for, evidence, is_break, at)
          select reference, 'created', 'nothing', ${evidence}, false, claimed_at from new_claim returning id, reference, at
        ), state as (
          insert into payouts (reference, version, status, waiting_for, evidence, next_at, since, updated_at)
          select reference, id, 'created', 'nothing', ${evidence}, at, at, at from event returning version, since
        )
        select epoch_ms(since) as "nowMs", version::float8 as version from state`);
      return row && freshFacts(claim, row.nowMs, row.version, evidence);
    },

    async facts(reference) {
      // Apart from the reading: a statement sees what was there when it began, which is before it waited for the lock.
      await run(sql`select from payouts where reference = ${reference} for update`);
      const [row] = await run(factsQuery(reference));
      return row && toFacts(row);
    },

    async caseTwin(reference) {
      const [row] = await run(
        sql<{ reference: string }>`select reference from claims where reference_folded = lower(${reference})`,
      );
      return row?.reference === reference ? undefined : row?.reference;
    },

    async openAttempt(reference, attempt) {
      const { body, ...call } = attempt.call;
      const [row] = await run(sql<{ id: number }>`
        with attempt as (
          insert into attempts (number, idempotency_key, call, body, subject)
          values (${attempt.number}, ${attempt.idempotencyKey}, ${JSON.stringify(call)}::jsonb, ${body}, ${attempt.subject})
          returning id
        ), member as (insert into attempt_members (reference, attempt_id) select ${reference}, id from attempt)
        select id::float8 as id from attempt`);
      return (row as { id: number }).id;
    },

    async openExchange<C extends EffectContract>(exchange: NewExchange<C>) {
      const [row] = await run(sql<{ id: number }>`
        insert into exchanges (attempt_id, opened_at, send_by, closes_at, credentials, grounds, snapshot, worker)
        values (${exchange.attemptId}, ${at(exchange.openedAtMs)}, ${at(exchange.sendByMs)}, ${at(exchange.closesAtMs)},
                ${exchange.credentials}, ${exchange.grounds.kind},
                ${exchange.snapshot === null ? null : JSON.stringify(exchange.snapshot)}::jsonb, ${exchange.worker})
        returning id::float8 as id`);
      return (row as { id: number }).id;
    },

    async recordOutcome(exchangeId: number, outcome: Outcome) {
      await run(sql`insert into outcomes (exchange_id, outcome) values (${exchangeId}, ${toJson(outcome)}::jsonb)`);
    },

    async exchangeOpenedBy(reference, worker) {
      const [row] = await run(sql<{ id: number }>`
        select e.id::float8 as id from exchanges e join attempt_members m using (attempt_id)
        where m.reference = ${reference} and e.worker = ${worker}
          and not exists (select from outcomes o where o.exchange_id = e.id)`);
      return row?.id;
    },

    async isCounted(reference, messageId) {
      const rows = await run(sql`select 1 from decisions where reference = ${reference} and message_id = ${messageId}`);
      return rows.length > 0;
    },

    async recordDecision(reference: string, decision: DecisionMade, messageId: string) {
      const rows = await run(sql`
        insert into decisions (reference, decision, message_id)
        values (${reference}, ${toJson(decision)}::jsonb, ${messageId})
        on conflict (reference, message_id) do nothing returning id`);
      return rows.length > 0;
    },

    async recordRuling(facts, given, untold) {
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
      const [row] = await run(sql<{ version: number }>`with event as (${event}) ${leave} ${update}`);
      return { ...state, version: (row as { version: number }).version };
    },

    async enterLane(lane, reference, rank, lease) {
      await run(sql`select pg_advisory_xact_lock(hashtextextended(${lane}, 0))`);
      await run(sql`
        insert into lane_tickets (lane, reference, rank, leased_until)
        values (${lane}, ${reference}, ${rank}, ${leasedUntil(lease?.waitingMs)})
        on conflict (lane, reference) where released_at is null do update set leased_until = excluded.leased_until,
          engaged = lane_tickets.engaged and (lane_tickets.leased_until is null or lane_tickets.leased_until > clock_timestamp())`);
      const open = await run(sql<{ reference: string; rank: number }>`
        select reference, rank from lane_tickets
        where lane = ${lane} and released_at is null and (leased_until is null or leased_until > clock_timestamp())
        order by engaged desc, rank, id`);
      const [first] = open;
      // Our own lease ran out between the two statements: the next try draws again.
      if (!first) return { served: false, servedReference: reference, ahead: 0, lowerRankWaits: false };
      const served = first.reference === reference;
      if (served && lease)
        // Nobody is let in before one who is at it, not even who drew earlier and was away.
        await run(sql`update lane_tickets set leased_until = ${leasedUntil(lease.servedMs)}, engaged = true
                      where lane = ${lane} and reference = ${reference} and released_at is null`);
      return {
        served,
        servedReference: first.reference,
        ahead: open.findIndex((ticket) => ticket.reference === reference),
        lowerRankWaits: open.some((ticket) => ticket.rank < rank),
      } satisfies LanePlace;
    },

    async engageLanes(reference) {
      await run(sql`update lane_tickets set engaged = true where reference = ${reference} and released_at is null`);
    },

    async leaveLanes(reference, only) {
      const leased = only === 'leased' ? sql`and leased_until is not null` : sql``;
      await run(sql`update lane_tickets set released_at = clock_timestamp()
                    where reference = ${reference} and released_at is null ${leased}`);
    },

    async leaveGroup(reference) {
      await run(sql`update payouts set carrier = null where reference = ${reference}`);
    },

    async controls(claim, limit) {
      const rows = await run(sql<{ reference: string; providerReference: string }>`
        select p.reference, p.provider_reference as "providerReference"
        from payouts p join claims c using (reference)
        where c.provider = ${claim.provider} and c.account = ${claim.account} and c.host = ${claim.host}
          and p.provider_reference is not null and p.reference <> ${claim.reference}
        order by (c.request ->> 'accountConnection' = ${accountConnection(claim)}) desc nulls last, p.updated_at desc
        limit ${limit}`);
      return [...rows];
    },

    async overdue(graceMs, limit, after) {
      const rows = await run(sql<{ reference: string }>`
        select reference from payouts
        where next_at < clock_timestamp() - ${graceMs}::double precision * interval '1 millisecond'
          and carrier is null and reference > ${after}
        order by reference limit ${limit}`);
      return rows.map(({ reference }) => reference);
    },
  };
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

function freshFacts(claim: Omit<Claim, 'claimedAtMs'>, nowMs: number, version: number, evidence: string): Facts {
  const state: State = {
    version,
    status: 'created',
    waitingFor: 'nothing',
    evidence,
    providerReference: null,
    amountMinor: null,
    mayReturn: false,
    providerDateMs: null,
    sinceMs: nowMs,
    nextAtMs: nowMs,
  };
  return {
    nowMs,
    claim: { ...claim, claimedAtMs: nowMs },
    state,
    attempts: [],
    decisions: [],
    history: [{ atMs: nowMs, status: 'created', evidence }],
  };
}

const leasedUntil = (ms: number | undefined) =>
  ms === undefined
    ? sql`null::timestamptz`
    : sql`clock_timestamp() + ${ms}::double precision * interval '1 millisecond'`;
