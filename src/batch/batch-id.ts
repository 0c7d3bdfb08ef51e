import { createHash } from 'node:crypto';
import type { PayoutRequest } from '../payout/request.js';

/** What a batch may be called. */
export const BATCH_ID = /^[A-Za-z0-9._-]{1,100}$/;

const HEX_DIGITS = 32;

/**
 * The id of a batch by its content: the requests in their order, as they are understood. However the file was written, the same
 * payouts are the same batch. `metadata` is no content, as everywhere.
 */
export function batchIdOf(requests: Iterable<PayoutRequest>): string {
  const hash = createHash('sha256');
  for (const request of requests) hash.update(`${canonical(request)}\n`);
  return `file-${hash.digest('hex').slice(0, HEX_DIGITS)}`;
}

/** Fields by name; a field that is not set is the same as none. */
function canonical({ metadata: _metadata, ...request }: PayoutRequest): string {
  const fields = Object.entries(request).filter(([, value]) => value !== undefined);
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
