import { sql, type RawBuilder } from 'kysely';
import type { Attempt, Claim, Decision, Facts, HistoryEntry, State } from '../payout/facts.js';

const HISTORY_ROWS = 30;

/** What a statement gives for one payout: its claim and its state side by side. */
export interface FactsRow extends Claim, State, Pick<Facts, 'nowMs' | 'group'> {
  readonly attempts: readonly Attempt[] | null;
  readonly decisions: readonly Decision[] | null;
  readonly history: readonly HistoryEntry[] | null;
}

/** Locks nothing: who means to write has locked the payout before. */
export const factsQuery = (reference: string): RawBuilder<FactsRow> => sql<FactsRow>`
  ${FACTS} where c.reference = ${reference}`;

/** The same for several, in the order of their references. */
export const factsOfAllQuery = (references: string[]): RawBuilder<FactsRow> => sql<FactsRow>`
  ${FACTS} where c.reference = any(${references}::text[]) order by c.reference`;

// JSON only for what is a list: to build it costs more than to read it.
const FACTS = sql`
  select c.reference, c.provider, c.account, c.host, c.credentials, c.request, epoch_ms(c.claimed_at) as "claimedAtMs",
    p.version::float8 as version, p.status, p.waiting_for as "waitingFor", p.evidence,
    p.provider_reference as "providerReference", p.amount_minor::float8 as "amountMinor", p.may_return as "mayReturn",
    epoch_ms(p.provider_date) as "providerDateMs", epoch_ms(p.since) as "sinceMs", epoch_ms(p.next_at) as "nextAtMs",
    p.carrier as "group", epoch_ms(clock_timestamp()) as "nowMs",
    (select json_agg(json_build_object('id', a.id, 'number', a.number, 'idempotencyKey', a.idempotency_key,
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
      from attempt_members m join attempts a on a.id = m.attempt_id where m.reference = c.reference) as attempts,
    (select json_agg(d.decision || jsonb_build_object('id', d.id, 'atMs', epoch_ms(d.at)) order by d.id)
      from decisions d where d.reference = c.reference) as decisions,
    (select json_agg(json_build_object('atMs', epoch_ms(h.at), 'status', h.status, 'evidence', h.evidence) order by h.id)
      from (select * from events v where v.reference = c.reference order by v.id desc limit ${HISTORY_ROWS}) h) as history
  from claims c join payouts p using (reference)`;

export function toFacts(row: FactsRow): Facts {
  const { reference, provider, account, host, credentials, request, claimedAtMs, ...rest } = row;
  const { nowMs, group, attempts, decisions, history, ...state } = rest;
  return {
    nowMs,
    claim: { reference, provider, account, host, credentials, request, claimedAtMs },
    state,
    attempts: attempts ?? [],
    decisions: decisions ?? [],
    history: history ?? [],
    group: group ?? null,
  };
}
