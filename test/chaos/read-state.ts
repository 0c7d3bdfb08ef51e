import { sql, type Kysely } from 'kysely';
import type { Status, WaitingFor } from '../../src/payout/status.js';

/** One payout as the ledger has it. */
export interface PayoutState {
  readonly reference: string;
  readonly provider: string;
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  readonly evidence: string;
  /** Whom it pays, where payments to one person wait for each other. */
  readonly subject: string | null;
  readonly exchanges: number;
  /** From the claim to the newest change of status. */
  readonly tookMs: number;
}

export async function readState(db: Kysely<unknown>): Promise<readonly PayoutState[]> {
  const { rows } = await sql<PayoutState>`
    select p.reference, c.provider, p.status, p.waiting_for as "waitingFor", p.evidence,
           coalesce(c.request ->> 'submissionId',
                    (c.request ->> 'projectId') || '/' || (c.request ->> 'screenerResponseId')) as subject,
           (select count(*)::float8 from attempt_members m join exchanges e using (attempt_id)
            where m.reference = p.reference) as exchanges,
           epoch_ms(p.since) - epoch_ms(c.claimed_at) as "tookMs"
    from payouts p join claims c using (reference) order by c.claimed_at, p.reference`.execute(db);
  return rows;
}

export interface Overruled {
  readonly reference: string;
  readonly from: Status;
  readonly to: Status;
}

/** Endings that did not last. A payment may come back after it was sent; anything else was called over too early. */
export async function readOverruled(db: Kysely<unknown>): Promise<readonly Overruled[]> {
  const { rows } = await sql<Overruled>`
    select reference, before as "from", status as "to" from (
      select reference, status, lag(status) over (partition by reference order by id) as before from events) changes
    where before in ('error', 'canceled', 'returned', 'sent') and status <> before
      and (before, status) <> ('sent', 'returned')`.execute(db);
  return rows;
}

/** What the ledger itself calls a break: something came that does not fit what was known. */
export async function readBreaks(db: Kysely<unknown>): Promise<readonly { reference: string; evidence: string }[]> {
  const { rows } = await sql<{ reference: string; evidence: string }>`
    select reference, evidence from events where is_break order by id`.execute(db);
  return rows;
}

/** Where a payout stands, for somebody who waits for the end of all. */
export type Phase = 'ended' | 'in_doubt' | 'behind_a_doubt' | 'under_way';

/** `in_doubt` counts only when no evidence is expected any more: it then waits for a person. */
export function phasesOf(states: readonly PayoutState[]): ReadonlyMap<string, Phase> {
  const isDoubt = ({ status, waitingFor }: PayoutState) => status === 'in_doubt' && waitingFor === 'person';
  const doubted = new Set(states.filter(isDoubt).map(subjectOf));
  const phaseOf = (state: PayoutState): Phase => {
    if (['sent', 'error', 'returned', 'canceled'].includes(state.status)) return 'ended';
    if (isDoubt(state)) return 'in_doubt';
    return state.waitingFor === 'lane' && doubted.has(subjectOf(state)) ? 'behind_a_doubt' : 'under_way';
  };
  return new Map(states.map((state) => [state.reference, phaseOf(state)]));
}

const subjectOf = ({ provider, subject }: PayoutState): string => `${provider}/${subject ?? ''}`;
