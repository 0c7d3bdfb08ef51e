import { sql, type Kysely } from 'kysely';
import { TIMELINE } from '../ledger/postgres-transaction.js';

/** What the ledger says of all payouts at once. */
export interface LedgerFigures {
  /** This very database was accepted for paying: see `payouts accept-ledger`. */
  readonly accepted: boolean;
  readonly groups: readonly PayoutGroup[];
  readonly breaks: readonly (AccountName & { readonly count: number })[];
}

interface AccountName {
  readonly provider: string;
  readonly account: string;
}

export interface PayoutGroup extends AccountName {
  readonly status: string;
  readonly waitingFor: string;
  readonly count: number;
  /** How long the one that has this status for the longest time has had it, seconds. */
  readonly oldestAgeS: number;
  /** How many are more than two minutes late with their next step. */
  readonly overdue: number;
}

/** One query. A read-only connection is enough. */
export async function readFigures(db: Kysely<unknown>): Promise<LedgerFigures> {
  const { rows } = await sql<LedgerFigures>`
    with grouped as (
      select c.provider, c.account, p.status, p.waiting_for as "waitingFor", count(*) as count,
             extract(epoch from clock_timestamp() - min(p.since))::float8 as "oldestAgeS",
             count(*) filter (where p.next_at < clock_timestamp() - interval '2 minutes') as overdue
      from payouts p join claims c using (reference) group by 1, 2, 3, 4
    ), broken as (
      select c.provider, c.account, count(*) as count
      from events e join claims c using (reference) where e.is_break group by 1, 2
    )
    select coalesce((select json_agg(grouped) from grouped), '[]'::json) as groups,
           coalesce((select json_agg(broken) from broken), '[]'::json) as breaks,
           coalesce((
             select not pg_is_in_recovery() and (a.system_identifier, a.timeline) = (c.system_identifier::text, ${TIMELINE})
             from pg_control_system() c,
                  lateral (select system_identifier, timeline from acceptances order by id desc limit 1) a
           ), false) as accepted`.execute(db);
  const [figures] = rows;
  if (!figures) throw new Error('the ledger gave no figures');
  return figures;
}
