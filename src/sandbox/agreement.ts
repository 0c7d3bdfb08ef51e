import { sql, type Kysely } from 'kysely';
import type { PayoutRequest } from '../payout/request.js';
import type { Status } from '../payout/status.js';
import { compare, type OracleReport } from './oracle.js';
import type { Payment } from './provider.js';
import { journalKey } from './registry.js';

/** The oracle: does what the sandbox really paid agree with the ledger, payout by payout? */
export async function compareWithLedger(db: Kysely<unknown>, journal: readonly Payment[]): Promise<OracleReport> {
  const { rows } = await sql<{
    status: Status;
    amountMinor: number | null;
    request: PayoutRequest;
    subject: string | null;
  }>`
    select p.status, p.amount_minor::float8 as "amountMinor", c.request,
           (select a.subject from attempt_members m join attempts a on a.id = m.attempt_id
            where m.reference = c.reference order by a.number limit 1) as subject
    from payouts p join claims c using (reference) order by c.claimed_at, c.reference`.execute(db);
  const payouts = rows.map(({ status, amountMinor, request, subject }) => ({
    reference: request.reference,
    provider: request.provider,
    key: journalKey(request, subject),
    status,
    amountMinor: 'amountMinor' in request ? request.amountMinor : amountMinor,
  }));
  return compare(payouts, journal);
}
