import { InvalidRequest, NotFound, ReferenceConflict } from '../src/payout/errors.js';
import type { Facts } from '../src/payout/facts.js';
import type { PayoutRequest } from '../src/payout/request.js';
import { differingFields } from '../src/providers/parse-request.js';
import type { LedgerTransaction, Standing } from '../src/ledger/transaction.js';
import type { ServedAccount } from './deps.js';
import { hashCredentials } from './served.js';

/**
 * Claims the reference for this request, or compares with the claim that stands. A claim is for ever.
 * Throws `ReferenceConflict` naming the fields that differ; that sets no status.
 */
export async function claimOrCompare(
  tx: LedgerTransaction,
  standing: Standing,
  served: ServedAccount,
  request: PayoutRequest,
): Promise<Facts> {
  const { reference, provider, account } = request;
  const credentials = hashCredentials(served.account.secret, standing.salt);
  const claimed = await tx.claim({ reference, provider, account, host: served.account.host, credentials, request });
  if (claimed) return claimed;
  const facts = await tx.facts(reference);
  if (!facts) {
    const twin = await tx.caseTwin(reference);
    throw new InvalidRequest(
      `reference: ${reference} differs only in case from ${twin ?? 'a claimed one'}; choose another`,
    );
  }
  expectSameContent(facts, request);
  return facts;
}

export function expectSameContent(facts: Facts, request: PayoutRequest): void {
  const fields = differingFields(facts.claim.request, request);
  if (fields.length > 0)
    throw new ReferenceConflict(
      `reference ${request.reference} is already claimed with another ${fields.join(', ')}; ` +
        'a reference stands for one payment for ever: choose a new one for another payment',
    );
}

export async function recallFacts(tx: LedgerTransaction, reference: string): Promise<Facts> {
  const facts = await tx.facts(reference);
  if (!facts) throw new NotFound(reference);
  return facts;
}
