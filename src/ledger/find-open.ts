import { sql, type Kysely } from 'kysely';

/** What somebody outside knows of a payout: the provider's id, or fields that its request has. */
export interface OpenQuery {
  readonly provider: string;
  readonly account: string;
  readonly providerReference?: string;
  readonly request?: Readonly<Record<string, string>>;
}

const MOST = 20;

/** The references of the payouts that it may be and that have not ended yet. A read-only connection is enough. */
export async function findOpen(db: Kysely<unknown>, query: OpenQuery): Promise<readonly string[]> {
  const { provider, account, providerReference = null, request } = query;
  const { rows } = await sql<{ reference: string }>`
    select reference from payouts p join claims c using (reference)
    where p.next_at is not null and c.provider = ${provider} and c.account = ${account}
      and (p.provider_reference = ${providerReference}::text
           or c.request @> ${request === undefined ? null : JSON.stringify(request)}::jsonb)
    order by reference limit ${MOST}`.execute(db);
  return rows.map(({ reference }) => reference);
}
