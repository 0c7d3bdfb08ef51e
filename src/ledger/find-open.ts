import { sql, type Kysely, type RawBuilder } from 'kysely';

/** What somebody outside knows of a payout: our reference, the provider's id, or fields that its request has. */
export interface OpenQuery {
  readonly provider: string;
  readonly account: string;
  readonly reference?: string;
  readonly providerReference?: string;
  readonly request?: Readonly<Record<string, string>>;
}

const MOST = 20;

/** The references of the payouts that it may be and that have not ended yet. A read-only connection is enough. */
export async function findOpen(db: Kysely<unknown>, query: OpenQuery): Promise<readonly string[]> {
  const { rows } = await openQuery(query).execute(db);
  return rows.map(({ reference }) => reference);
}

/** Each way to name it has an index of its own: it takes no longer the more payouts sleep. */
export function openQuery(query: OpenQuery): RawBuilder<{ reference: string }> {
  const { provider, account, reference = null, providerReference = null, request } = query;
  return sql`
    with named as (
      select reference from payouts where reference = ${reference}::text
      union select reference from payouts where provider_reference = ${providerReference}::text
      union select reference from claims where request @> ${request === undefined ? null : JSON.stringify(request)}::jsonb
    )
    select reference from named join payouts p using (reference) join claims c using (reference)
    where p.next_at is not null and c.provider = ${provider} and c.account = ${account}
    order by reference limit ${MOST}`;
}
