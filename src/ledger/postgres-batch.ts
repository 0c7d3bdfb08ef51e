import { sql } from 'kysely';
import type { Attempt, Facts } from '../payout/facts.js';
import type { Progress } from '../payout/batch.js';
import type { OverdueGroup } from '../payout/group-input.js';
import { isEnding, type Status } from '../payout/status.js';
import type {
  AccountName,
  BatchTransaction,
  CarrierOfRow,
  NewClaim,
  PlannedRow,
  RuledFacts,
  StoredRow,
  SuspectRow,
  Ticket,
} from './batch-transaction.js';
import type { LedgerTransaction } from './transaction.js';
import { factsOfAllQuery, toFacts } from './facts-query.js';
import { PostgresWatching } from './postgres-watching.js';
import { progressQuery } from './progress-query.js';
import { CLAIMED } from './fresh-facts.js';
import { nextState } from './next-state.js';
import { milliseconds } from './sql-instant.js';
import { storable, toJson } from './storable.js';

type Steps = Omit<BatchTransaction, keyof LedgerTransaction>;

/** The steps for many payouts at once, as SQL. What comes in as a list goes over as one JSON document. */
export class PostgresBatch extends PostgresWatching implements Steps {
  async storeRows(batchId: string, columns: readonly string[], rows: readonly StoredRow[]): Promise<readonly number[]> {
    await this.run(
      sql`insert into batches (id, columns) values (${batchId}, ${toJson(columns)}::jsonb) on conflict do nothing`,
    );
    // One writer at a time, and none once the batch is complete.
    const [batch] = await this.run(
      sql<{ isComplete: boolean }>`
        select total is not null as "isComplete" from batches where id = ${batchId} for update`,
    );
    const given = sql`jsonb_to_recordset(${toJson(rows.map((row) => ({ ...row, reference: row.request.reference })))}::jsonb)
      as x(index integer, reference text, request jsonb, input jsonb)`;
    if (batch?.isComplete === false)
      await this.run(sql`
        insert into batch_rows (batch_id, index, reference, request, input)
        select ${batchId}, x.index, x.reference, x.request, x.input from ${given} on conflict do nothing`);
    const others = await this.run(sql<{ index: number }>`
      select x.index from ${given}
      where not exists (select from batch_rows b where b.batch_id = ${batchId} and b.index = x.index
                          and b.reference = x.reference
                          -- Metadata is no content, as everywhere.
                          and b.request - 'metadata' = x.request - 'metadata')`);
    return others.map(({ index }) => index);
  }

  async completeBatch(batchId: string, total: number): Promise<boolean> {
    const rows = await this.run(sql`
      update batches set total = ${total} where id = ${batchId} and coalesce(total, ${total}) = ${total}
        and (select count(*) from batch_rows where batch_id = ${batchId}) = ${total}
      returning id`);
    return rows.length > 0;
  }

  async isComplete(batchId: string): Promise<boolean> {
    const rows = await this.run(sql`select 1 from batches where id = ${batchId} and total is not null`);
    return rows.length > 0;
  }

  async rowsAfter(batchId: string, after: string, limit: number): Promise<readonly PlannedRow[]> {
    const rows = await this.run(sql<PlannedRow>`
      select reference, request, carrier from batch_rows
      where batch_id = ${batchId} and reference > ${after} order by reference limit ${limit}`);
    return [...rows];
  }

  async assignCarriers(batchId: string, carriers: readonly CarrierOfRow[]): Promise<void> {
    await this.run(sql`
      update batch_rows b set carrier = x.carrier
      from jsonb_to_recordset(${toJson(carriers)}::jsonb) as x(reference text, carrier text)
      where b.batch_id = ${batchId} and b.reference = x.reference`);
  }

  async unclaimedRows(
    batchId: string,
    { provider, account }: AccountName,
    limit: number,
  ): Promise<readonly PlannedRow[]> {
    const rows = await this.run(sql<PlannedRow>`
      select b.reference, b.request, b.carrier from batch_rows b
      where b.batch_id = ${batchId} and b.refusal is null
        and b.request ->> 'provider' = ${provider} and b.request ->> 'account' = ${account}
        and not exists (select from claims c where c.reference = b.reference)
      order by b.reference limit ${limit}`);
    return [...rows];
  }

  async claimAll(claims: readonly NewClaim[]): Promise<readonly string[]> {
    const rows = await this.run(sql<{ reference: string }>`
      with given as (
        select * from jsonb_to_recordset(${toJson(claims)}::jsonb)
          as x(reference text, provider text, account text, host text, credentials text, request jsonb, carrier text)
      ), new_claims as (
        insert into claims (reference, provider, account, host, credentials, request)
        select reference, provider, account, host, credentials, request from given order by reference collate "C"
        on conflict do nothing returning reference, claimed_at
      ), event as (
        insert into events (reference, status, waiting_for, evidence, is_break, at)
        select reference, 'created', 'nothing', ${CLAIMED}, false, claimed_at from new_claims returning id, reference, at
      ), state as (
        insert into payouts (reference, version, status, waiting_for, evidence, next_at, since, updated_at, carrier)
        select e.reference, e.id, 'created', 'nothing', ${CLAIMED},
               e.at, e.at, e.at, g.carrier
        from event e join given g on g.reference = e.reference
      )
      select reference from new_claims`);
    return rows.map(({ reference }) => reference);
  }

  async openAlone(
    batchId: string,
    { provider, account }: AccountName,
    after: string,
    limit: number,
  ): Promise<readonly string[]> {
    const rows = await this.run(sql<{ reference: string }>`
      select b.reference from batch_rows b join payouts p using (reference)
      where b.batch_id = ${batchId} and b.refusal is null and b.carrier is null and p.carrier is null
        and b.request ->> 'provider' = ${provider} and b.request ->> 'account' = ${account}
        and p.next_at is not null and b.reference > ${after}
      order by b.reference limit ${limit}`);
    return rows.map(({ reference }) => reference);
  }

  async suspectRows(batchId: string, { provider, account }: AccountName): Promise<readonly SuspectRow[]> {
    const rows = await this.run(sql<SuspectRow>`
      select b.reference, b.request, c.request as claimed from batch_rows b join claims c using (reference)
      where b.batch_id = ${batchId} and b.refusal is null and b.request <> c.request
        and b.request ->> 'provider' = ${provider} and b.request ->> 'account' = ${account}`);
    return [...rows];
  }

  async refuseRows(
    batchId: string,
    refusals: readonly { readonly reference: string; readonly refusal: string }[],
  ): Promise<void> {
    await this.run(sql`
      update batch_rows b set refusal = x.refusal
      from jsonb_to_recordset(${toJson(refusals)}::jsonb) as x(reference text, refusal text)
      where b.batch_id = ${batchId} and b.reference = x.reference`);
  }

  async progress(batchId: string): Promise<Progress | undefined> {
    const [progress] = await this.run(progressQuery(batchId));
    return progress;
  }

  async openOf(carrier: string, limit: number): Promise<readonly string[]> {
    const rows = await this.run(sql<{ reference: string }>`
      select reference from payouts where carrier = ${carrier} and not (status = any(${ENDINGS}::text[]))
      order by reference limit ${limit}`);
    return rows.map(({ reference }) => reference);
  }

  async dueOf(carrier: string, limit: number): Promise<readonly string[]> {
    const rows = await this.run(sql<{ reference: string }>`
      select reference from payouts where carrier = ${carrier} and not (status = any(${ENDINGS}::text[]))
        and next_at <= clock_timestamp()
      order by reference limit ${limit}`);
    return rows.map(({ reference }) => reference);
  }

  async restOf(carrier: string): Promise<{ readonly open: number; readonly nextMs: number }> {
    const [row] = await this.run(sql<{ open: number; nextMs: number }>`
      select count(*)::float8 as open,
             coalesce(epoch_ms(min(next_at)) - epoch_ms(clock_timestamp()), 0) as "nextMs"
      from payouts where carrier = ${carrier} and not (status = any(${ENDINGS}::text[]))`);
    return row as { open: number; nextMs: number };
  }

  async factsOfAll(references: readonly string[]): Promise<readonly Facts[]> {
    const list = [...references];
    // Apart from the reading: a statement sees what was there when it began, which is before it waited for the locks.
    await this.run(sql`select from payouts where reference = any(${list}::text[]) order by reference for update`);
    return (await this.run(factsOfAllQuery(list))).map(toFacts);
  }

  async handOver(references: readonly string[], carrier: string | null): Promise<void> {
    await this.run(sql`update payouts set carrier = ${carrier} where reference = any(${[...references]}::text[])`);
  }

  async openSharedAttempt(
    references: readonly string[],
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call'>,
  ): Promise<number> {
    const { body, ...call } = attempt.call;
    const [row] = await this.run(sql<{ id: number }>`
      with attempt as (
        insert into attempts (number, idempotency_key, call, body, subject, shared)
        values (${attempt.number}, ${attempt.idempotencyKey}, ${toJson(call)}::jsonb, ${body}, null, true)
        returning id
      ), members as (
        insert into attempt_members (reference, attempt_id)
        select reference, attempt.id from attempt, unnest(${[...references]}::text[]) as reference
      )
      select id::float8 as id from attempt`);
    return (row as { id: number }).id;
  }

  async sharedAttempt(attemptId: number): Promise<{ readonly references: readonly string[]; readonly body: string }> {
    const [row] = await this.run(sql<{ references: string[]; body: string }>`
      select a.body, (select json_agg(m.reference order by m.reference) from attempt_members m
                      where m.attempt_id = a.id) as "references"
      from attempts a where a.id = ${attemptId}`);
    return row as { references: string[]; body: string };
  }

  async recordRulings(rulings: readonly RuledFacts[]): Promise<void> {
    if (rulings.length === 0) return;
    await this.run(sql`
      with given as (
        select * from jsonb_to_recordset(${toJson(rulings.map(toRow))}::jsonb)
          as x(reference text, status text, "waitingFor" text, evidence text, "isBreak" boolean, "saysNew" boolean,
               "isEnding" boolean, "providerReference" text, "amountMinor" bigint, "mayReturn" boolean,
               "providerDateMs" float8, "nextAtMs" float8, "sinceMs" float8)
      ), event as (
        insert into events (reference, status, waiting_for, evidence, is_break)
        select reference, status, "waitingFor", evidence, "isBreak" from given where "saysNew" returning id, reference
      ), lanes as (
        -- At an ending nobody waits behind this payout any more.
        update lane_tickets t set released_at = clock_timestamp()
        from given g where g."isEnding" and t.reference = g.reference and t.released_at is null
      )
      update payouts p set version = coalesce((select e.id from event e where e.reference = p.reference), p.version),
        status = g.status, waiting_for = g."waitingFor", evidence = g.evidence,
        provider_reference = g."providerReference", amount_minor = g."amountMinor", may_return = g."mayReturn",
        provider_date = to_timestamp(g."providerDateMs" / 1000), next_at = to_timestamp(g."nextAtMs" / 1000),
        since = to_timestamp(g."sinceMs" / 1000), updated_at = clock_timestamp()
      from given g where p.reference = g.reference`);
  }

  async enterLanes(tickets: readonly Ticket[]): Promise<readonly string[]> {
    const given = sql`jsonb_to_recordset(${toJson(tickets)}::jsonb) as x(lane text, reference text, rank integer)`;
    // In one order for everybody, and before anything is read.
    await this.run(sql`
      select pg_advisory_xact_lock(hashtextextended(lane, 0))
      from (select distinct lane collate "C" as lane from ${given} order by 1) l`);
    await this.run(sql`
      insert into lane_tickets (lane, reference, rank)
      select lane, reference, rank from ${given} order by reference collate "C"
      on conflict (lane, reference) where released_at is null do nothing`);
    const rows = await this.run(sql<{ reference: string }>`
      with given as (select * from ${given}), served as (
        select distinct on (t.lane) t.lane, t.reference from lane_tickets t
        where t.lane in (select lane from given) and t.released_at is null
          and (t.leased_until is null or t.leased_until > clock_timestamp())
        order by t.lane, t.engaged desc, t.rank, t.id
      )
      select g.reference from given g
      where not exists (select from served s where s.lane = g.lane and s.reference = g.reference)`);
    return rows.map(({ reference }) => reference);
  }

  async engageAllLanes(references: readonly string[]): Promise<void> {
    await this.run(sql`
      update lane_tickets set engaged = true
      where reference = any(${[...references]}::text[]) and released_at is null`);
  }

  async overdueCarriers(graceMs: number): Promise<readonly OverdueGroup[]> {
    const rows = await this.run(sql<OverdueGroup>`
      select distinct p.carrier, c.provider, c.account from payouts p join claims c using (reference)
      where p.carrier is not null and p.next_at < clock_timestamp() - ${milliseconds(graceMs)}
        and not (p.status = any(${ENDINGS}::text[]))
      order by 1`);
    return [...rows];
  }
}

const ENDINGS: string[] = (['sent', 'error', 'returned', 'canceled'] satisfies Status[]).filter(isEnding);

function toRow({ facts, ruling: given }: RuledFacts) {
  const ruling = { ...given, evidence: storable(given.evidence) };
  const { status, waitingFor, evidence, isBreak } = ruling;
  const { state } = facts;
  const { providerReference, amountMinor, mayReturn, providerDateMs, nextAtMs, sinceMs } = nextState(facts, ruling);
  const saysNew = status !== state.status || waitingFor !== state.waitingFor || evidence !== state.evidence;
  return {
    reference: facts.claim.reference,
    status,
    waitingFor,
    evidence,
    isBreak,
    saysNew,
    isEnding: isEnding(status),
    providerReference,
    amountMinor,
    mayReturn,
    providerDateMs,
    nextAtMs,
    sinceMs,
  };
}
