import { sql, type RawBuilder } from 'kysely';
import type { Progress } from '../payout/batch.js';

/** How far a batch has come, its rows counted. No row where there is no such batch. */
export const progressQuery = (batchId: string): RawBuilder<Progress> => sql<Progress>`
  with rows as (
    select case when b.refusal is not null then 'refused' else coalesce(p.status, 'waiting') end as state,
           case when p.status in ('sent', 'error', 'returned', 'canceled') then null else p.waiting_for end as waits
    from batch_rows b left join payouts p using (reference) where b.batch_id = ${batchId}
  ), counts as (select state, count(*) as rows from rows group by state)
  select coalesce(a.total, 0) as total,
         coalesce((select rows from counts where state = 'waiting'), 0)::float8 as waiting,
         coalesce((select rows from counts where state = 'refused'), 0)::float8 as refused,
         coalesce((select json_object_agg(state, rows) from counts where state not in ('waiting', 'refused')), '{}')
           as "byStatus",
         coalesce((select json_object_agg(waits, n) from (
           select waits, count(*) as n from rows where waits is not null group by waits) w), '{}') as "byWait"
  from batches a where a.id = ${batchId}`;
