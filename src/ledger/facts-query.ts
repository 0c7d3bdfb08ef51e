import { sql, type RawBuilder } from 'kysely';
import type { Facts } from '../payout/facts.js';

const HISTORY_ROWS = 30;

/** Locks nothing: who means to write has locked the payout before. */
export const factsQuery = (reference: string): RawBuilder<{ facts: Facts }> => sql<{ facts: Facts }>`
  ${FACTS} where c.reference = ${reference}`;

export const FACTS: RawBuilder<{ facts: Facts }> = sql<{ facts: Facts }>`
  select json_build_object(
    'nowMs', epoch_ms(clock_timestamp()),
    'claim', json_build_object('reference', c.reference, 'provider', c.provider, 'account', c.account, 'host', c.host,
      'credentials', c.credentials, 'request', c.request, 'claimedAtMs', epoch_ms(c.claimed_at)),
    'state', json_build_object('version', p.version, 'status', p.status, 'waitingFor', p.waiting_for,
      'evidence', p.evidence, 'providerReference', p.provider_reference, 'amountMinor', p.amount_minor,
      'mayReturn', p.may_return, 'providerDateMs', epoch_ms(p.provider_date), 'sinceMs', epoch_ms(p.since),
      'nextAtMs', epoch_ms(p.next_at)),
    'attempts', coalesce((
      select json_agg(json_build_object('id', a.id, 'number', a.number, 'idempotencyKey', a.idempotency_key,
        'call', a.call || jsonb_build_object('body', case when a.shared then '' else a.body end), 'subject', a.subject,
        'isShared', a.shared,
        'exchanges', coalesce((
          select json_agg(json_build_object('id', e.id, 'openedAtMs', epoch_ms(e.opened_at), 'sendByMs', epoch_ms(e.send_by),
            'closesAtMs', epoch_ms(e.closes_at), 'credentials', e.credentials,
            'snapshot', case when a.shared then e.snapshot -> c.reference else e.snapshot end,
            'outcomes', coalesce((
              select json_agg(json_build_object('atMs', epoch_ms(o.at), 'outcome', o.outcome) order by o.id)
              from outcomes o where o.exchange_id = e.id), '[]')) order by e.id)
          from exchanges e where e.attempt_id = a.id), '[]')) order by a.number)
      from attempt_members m join attempts a on a.id = m.attempt_id where m.reference = c.reference), '[]'),
    'decisions', coalesce((
      select json_agg(d.decision || jsonb_build_object('id', d.id, 'atMs', epoch_ms(d.at)) order by d.id)
      from decisions d where d.reference = c.reference), '[]'),
    'history', coalesce((
      select json_agg(json_build_object('atMs', epoch_ms(h.at), 'status', h.status, 'evidence', h.evidence) order by h.id)
      from (select * from events v where v.reference = c.reference order by v.id desc limit ${HISTORY_ROWS}) h), '[]'),
    'group', p.carrier
  ) as facts
  from claims c join payouts p using (reference)`;
