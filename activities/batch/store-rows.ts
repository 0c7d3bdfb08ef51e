import { gunzipSync } from 'node:zlib';
import type { AddInput, Added } from '../../src/payout/batch-input.js';
import { BatchConflict, InvalidRequest } from '../../src/payout/errors.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import type { StoredRow } from '../../src/ledger/batch-transaction.js';
import type { BatchDeps } from './input.js';

/** Writes some rows of a file down. Nothing is claimed yet, so that a file that breaks off pays nobody. */
export const storeRows =
  ({ ledger }: BatchDeps) =>
  async ({ batchId, columns, packed }: AddInput): Promise<Added> => {
    const rows = unpack(packed);
    return ledger.transaction(async (tx) => {
      const others = await tx.storeRows(batchId, columns, rows);
      if (others.length > 0) throw new BatchConflict(batchId);
      return { isComplete: await tx.isComplete(batchId) };
    });
  };

/** Packed, since a file of thousands would fill a history. What comes out is checked like any request. */
function unpack(packed: string): readonly StoredRow[] {
  const rows = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')) as readonly StoredRow[];
  if (!Array.isArray(rows)) throw new InvalidRequest('rows: have to be a list');
  return rows.map(({ index, request, input }) => ({ index, request: parseRequest(request), input }));
}
