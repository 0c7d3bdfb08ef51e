import type { Call } from '../../payout/outcome.js';
import type { ManifestRequest } from '../../payout/request.js';
import type { BulkCalls, ListedPayment, LookUpQuery, Sighting } from '../provider.js';
import type { ManifestApi } from './api.js';
import { composeBody } from './compose-call.js';
import { toBulkOutcome } from './bulk-outcome.js';
import { readPage } from './read-page.js';
import { findTwin } from './search-by-tag.js';

/** Nobody documents how many payouts a batch may hold. */
export const MOST_PER_BATCH = 100;

/** `POST /payout/batch`: strict, so that one bad row and none is created. Its rows are found by our tag, never by their position. */
export const createBulk = (api: ManifestApi): BulkCalls<ManifestRequest> => ({
  most: MOST_PER_BATCH,
  identify: async (requests) => ({
    kind: 'identified',
    identities: new Map(requests.map(({ reference }) => [reference, { kind: 'identified' }])),
  }),
  prepare: async (rows) => ({ kind: 'prepared', call: composeBatch(rows.map(({ request }) => request)) }),
  pay: async (call, key, requests, permit) => toBulkOutcome(await api.pay(call, key, permit), requests),
  lookUp: (queries) => findInPages(api, queries),
});

const composeBatch = (requests: readonly ManifestRequest[]): Call => ({
  method: 'POST',
  path: '/payout/batch',
  body: JSON.stringify({ payouts: requests.map(composeBody) }),
});

/** The newest come first as far as is known: what was just created stands on the first pages. One more covers what came between. */
async function findInPages(
  api: ManifestApi,
  queries: readonly LookUpQuery<ManifestRequest>[],
): Promise<ReadonlyMap<string, Sighting>> {
  const found = new Map<string, Sighting>();
  let rowsSeen = 0;
  for (let number = 1; found.size < queries.length && rowsSeen < queries.length * 2; number += 1) {
    const page = await readPage(api, number);
    if (page.kind !== 'page' || page.rows.length === 0) break;
    rowsSeen += page.rows.length;
    for (const query of queries) {
      const sighting = await findIn(api, page.rows, query);
      if (sighting) found.set(query.request.reference, sighting);
    }
  }
  return found;
}

async function findIn(
  api: ManifestApi,
  rows: readonly ListedPayment<ManifestRequest>[],
  { request, providerReference, isDoubtful }: LookUpQuery<ManifestRequest>,
): Promise<Sighting | undefined> {
  const own = rows.filter((row) =>
    providerReference === undefined ? row.reference === request.reference : row.providerReference === providerReference,
  );
  const [row] = own;
  // Several under one tag: its own look-up makes out what that means.
  if (!row || own.length > 1) return undefined;
  const sighting = row.sight(request);
  const isOver = sighting.kind === 'present' && sighting.seen.status === 'sent';
  return isOver && isDoubtful ? ((await findTwin(api, request, row.providerReference)) ?? sighting) : sighting;
}
