import { sql, type RawBuilder } from 'kysely';
import { at, milliseconds } from './sql-instant.js';
import type { AccountOfClaims, LedgerTransaction, Listed, Watched } from './transaction.js';

/** Makes one round trip. */
export type Run = <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>;
type Watching = Pick<LedgerTransaction, 'watched' | 'listed' | 'sighted' | 'untold' | 'told' | 'watchedAccounts'>;

/** The steps of those who watch an account's lists, as SQL. */
export class PostgresWatching implements Watching {
  constructor(protected readonly run: Run) {}

  async watched({ provider, account, host }: AccountOfClaims): Promise<Watched[]> {
    const rows = await this.run(sql<Watched>`
        select p.reference, p.provider_reference as "providerReference"
        from payouts p join claims c using (reference)
        where c.provider = ${provider} and c.account = ${account} and c.host = ${host} and ${isWatched(0)}
        order by p.updated_at`);
    return [...rows];
  }

  async listed(
    { provider, account, host }: AccountOfClaims,
    providerReferences: readonly string[],
    references: readonly string[],
  ): Promise<Listed[]> {
    const rows = await this.run(sql<Listed>`
        select p.reference, p.status, p.provider_reference as "providerReference", p.may_return as "mayReturn",
               epoch_ms(p.since) as "sinceMs", epoch_ms(p.provider_date) as "providerDateMs", c.request
        from payouts p join claims c using (reference)
        where c.provider = ${provider} and c.account = ${account} and c.host = ${host}
          and (p.provider_reference = any(${[...providerReferences]}::text[])
            or p.reference = any(${[...references]}::text[]))`);
    return [...rows];
  }

  async sighted(references: readonly string[], lookAgainAtMs: number): Promise<void> {
    await this.run(sql`
        update payouts set updated_at = clock_timestamp(),
          next_at = case when status = 'sent' and may_return then ${at(lookAgainAtMs)} else next_at end
        where reference = any(${[...references]}::text[])`);
  }

  async untold({ provider, account }: Pick<AccountOfClaims, 'provider' | 'account'>): Promise<string[]> {
    const rows = await this.run(sql<{ reference: string }>`
        select p.reference from payouts p join claims c using (reference)
        where p.untold and c.provider = ${provider} and c.account = ${account}`);
    return rows.map(({ reference }) => reference);
  }

  async told(references: readonly string[]): Promise<void> {
    await this.run(sql`update payouts set untold = false where reference = any(${[...references]}::text[])`);
  }

  async watchedAccounts(
    providers: readonly string[],
    withinMs: number,
  ): Promise<{ provider: string; account: string }[]> {
    const rows = await this.run(sql<{ provider: string; account: string }>`
        select distinct c.provider, c.account from payouts p join claims c using (reference)
        where c.provider = any(${[...providers]}::text[]) and (p.untold or ${isWatched(withinMs)})`);
    return [...rows];
  }
}

/** What its provider may change by itself at any time. One with a date to come changes by a hand only: its own look finds that. */
const isWatched = (withinMs: number) => sql`(
  (p.status in ('created', 'ready', 'pending') and p.provider_reference is not null
    and (p.provider_date is null or p.provider_date < clock_timestamp() + ${milliseconds(withinMs)}))
  or (p.status = 'sent' and p.may_return))`;
