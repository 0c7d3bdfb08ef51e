import { sql, type Kysely } from 'kysely';
import { currencyOf, requestedMinor, toShow, type Show } from '../payout/show.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Status } from '../payout/status.js';
import { factsQuery, toFacts } from './facts-query.js';
import { unreachableAsSuch } from './unreachable.js';

/** One payout as the ledger knows it, or nothing. A read-only connection is enough. */
export async function readShow(db: Kysely<unknown>, reference: string): Promise<Show | undefined> {
  const { rows } = await unreachableAsSuch(factsQuery(reference).execute(db));
  return rows[0] && toShow(toFacts(rows[0]));
}

/** The request as it was claimed, or nothing. */
export async function readRequest(db: Kysely<unknown>, reference: string): Promise<PayoutRequest | undefined> {
  const { rows } = await unreachableAsSuch(
    sql<{ request: PayoutRequest }>`select request from claims where reference = ${reference}`.execute(db),
  );
  return rows[0]?.request;
}

export interface ListFilter {
  readonly status?: string;
  readonly waitingFor?: string;
  readonly limit?: number;
}

export type Listed = Pick<
  Show,
  | 'reference'
  | 'provider'
  | 'account'
  | 'status'
  | 'waitingFor'
  | 'evidence'
  | 'providerReference'
  | 'amountMinor'
  | 'currency'
> & { /** Since when it has this status. */ readonly since: string };

/** The payouts that match, those with the oldest status first. */
export async function readList(db: Kysely<unknown>, { status, waitingFor, limit }: ListFilter): Promise<Listed[]> {
  const query = sql<Omit<Listed, 'currency'> & { since: Date; request: PayoutRequest }>`
    select p.reference, c.provider, c.account, p.status, p.waiting_for as "waitingFor", p.evidence,
           p.provider_reference as "providerReference", p.amount_minor::float8 as "amountMinor", p.since, c.request
    from payouts p join claims c using (reference)
    where (${status ?? null}::text is null or p.status = ${status ?? null})
      and (${waitingFor ?? null}::text is null or p.waiting_for = ${waitingFor ?? null})
    order by p.since, p.reference
    limit ${limit ?? null}::bigint`;
  const { rows } = await unreachableAsSuch(query.execute(db));
  return rows.map(({ request, since, ...row }) => ({
    ...row,
    amountMinor: row.amountMinor ?? requestedMinor(request),
    currency: currencyOf(request),
    since: since.toISOString(),
  }));
}

export interface Change {
  readonly id: number;
  readonly reference: string;
  readonly status: Status;
  readonly evidence: string;
}

/** The status rows that were written after the given one, in their order. */
export async function readChanges(db: Kysely<unknown>, afterId: number): Promise<readonly Change[]> {
  const { rows } = await unreachableAsSuch(
    sql<Change>`
      select id::float8 as id, reference, status, evidence from events where id > ${afterId} order by id`.execute(db),
  );
  return rows;
}
