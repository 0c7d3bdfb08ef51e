import { InvalidRequest, NotFound, ReferenceConflict } from '../src/payout/errors.js';
import type { Claim, Facts } from '../src/payout/facts.js';
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
  const { reference } = request;
  const claimed = await tx.claim(claimOf(request, served, standing));
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

/** What a worker claims for a request: by whom, where, and with which credentials it would be paid. */
export const claimOf = (
  request: PayoutRequest,
  { account: { host, secret } }: ServedAccount,
  { salt }: Pick<Standing, 'salt'>,
): Omit<Claim, 'claimedAtMs'> => {
  const { reference, provider, account } = request;
  return { reference, provider, account, host, credentials: hashCredentials(secret, salt), request };
};

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
