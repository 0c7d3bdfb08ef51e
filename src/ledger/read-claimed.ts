import { sql, type Kysely } from 'kysely';
import type { PayoutRequest } from '../payout/request.js';
import type { Status, WaitingFor } from '../payout/status.js';
import { unreachableAsSuch } from './unreachable.js';

/** A claimed reference: what it stands for, and where it stands. */
export interface Claimed {
  readonly reference: string;
  readonly request: PayoutRequest;
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  readonly evidence: string;
  readonly providerReference: string | null;
}

const CHUNK = 1_000;

/** Those of the references that are claimed, in whatever case, by their lower case. A read-only connection is enough. */
export async function readClaimed(
  db: Kysely<unknown>,
  references: readonly string[],
): Promise<ReadonlyMap<string, Claimed>> {
  const found = new Map<string, Claimed>();
  for (let from = 0; from < references.length; from += CHUNK) {
    const folded = references.slice(from, from + CHUNK).map((reference) => reference.toLowerCase());
    const { rows } = await unreachableAsSuch(
      sql<Claimed>`
        select c.reference, c.request, p.status, p.waiting_for as "waitingFor", p.evidence,
               p.provider_reference as "providerReference"
        from claims c join payouts p using (reference)
        where c.reference_folded = any(${folded}::text[])`.execute(db),
    );
    for (const row of rows) found.set(row.reference.toLowerCase(), row);
  }
  return found;
}
