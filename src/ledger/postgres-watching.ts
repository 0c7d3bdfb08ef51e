import { sql, type RawBuilder } from 'kysely';
import { at } from './sql-instant.js';
import type { LedgerTransaction, Listed, Watched } from './transaction.js';

type Run = <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>;
type Watching = Pick<LedgerTransaction, 'watched' | 'listed' | 'sighted' | 'untold' | 'told' | 'watchedAccounts'>;

/** The steps of those who watch an account's lists, as SQL. */
export const watchingSteps = (run: Run): Watching => ({
  async watched({ provider, account, host }) {
    const rows = await run(sql<Watched>`
        select p.reference, p.provider_reference as "providerReference"
        from payouts p join claims c using (reference)
        where c.provider = ${provider} and c.account = ${account} and c.host = ${host} and ${isWatched(0)}
        order by p.updated_at`);
    return [...rows];
  },

  async listed({ provider, account, host }, providerReferences, references) {
    const rows = await run(sql<Listed>`
        select p.reference, p.status, p.provider_reference as "providerReference", p.may_return as "mayReturn",
               epoch_ms(p.since) as "sinceMs", epoch_ms(p.provider_date) as "providerDateMs", c.request
        from payouts p join claims c using (reference)
        where c.provider = ${provider} and c.account = ${account} and c.host = ${host}
          and (p.provider_reference = any(${[...providerReferences]}::text[])
            or p.reference = any(${[...references]}::text[]))`);
    return [...rows];
  },

  async sighted(references, lookAgainAtMs) {
    await run(sql`
        update payouts set updated_at = clock_timestamp(),
          next_at = case when status = 'sent' and may_return then ${at(lookAgainAtMs)} else next_at end
        where reference = any(${[...references]}::text[])`);
  },

  async untold({ provider, account }) {
    const rows = await run(sql<{ reference: string }>`
        select p.reference from payouts p join claims c using (reference)
        where p.untold and c.provider = ${provider} and c.account = ${account}`);
    return rows.map(({ reference }) => reference);
  },

  async told(references) {
    await run(sql`update payouts set untold = false where reference = any(${[...references]}::text[])`);
  },

  async watchedAccounts(providers, withinMs) {
    const rows = await run(sql<{ provider: string; account: string }>`
        select distinct c.provider, c.account from payouts p join claims c using (reference)
        where c.provider = any(${[...providers]}::text[]) and (p.untold or ${isWatched(withinMs)})`);
    return [...rows];
  },
});

/** What its provider may change by itself at any time. One with a date to come changes by a hand only: its own look finds that. */
const isWatched = (withinMs: number) => sql`(
  (p.status in ('created', 'ready', 'pending') and p.provider_reference is not null
    and (p.provider_date is null or p.provider_date < clock_timestamp() + ${withinMs}::double precision * interval '1 millisecond'))
  or (p.status = 'sent' and p.may_return))`;
