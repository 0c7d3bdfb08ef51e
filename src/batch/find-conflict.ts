import type { Claimed } from '../ledger/read-claimed.js';
import type { PayoutRequest } from '../payout/request.js';
import { differingFields } from '../providers/parse-request.js';

/** Why a request can never have its reference, or nothing where the claim is for the same. */
export function findConflict(claimed: Claimed, request: PayoutRequest): string | undefined {
  const { reference } = request;
  if (claimed.reference !== reference)
    return `${reference} differs only in case from ${claimed.reference}, which is claimed`;
  const fields = differingFields(claimed.request, request);
  if (fields.length === 0) return undefined;
  return (
    `${reference} is already claimed with another ${fields.join(', ')}; ` +
    'a reference stands for one payment for ever: choose a new one for another payment'
  );
}
