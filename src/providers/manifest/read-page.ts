import type { ManifestRequest } from '../../payout/request.js';
import type { HttpResult } from '../http.js';
import type { Page } from '../provider.js';
import type { ManifestApi } from './api.js';
import { unreadable } from './mapping.js';
import { pageSchema } from './schemas.js';
import { toSighting } from './to-sighting.js';

/** One page of the list of all payouts. How many rows it holds is up to Manifest. */
export async function readPage(api: ManifestApi, number: number): Promise<Page<ManifestRequest>> {
  const result = await api.list(number);
  const page = parsePage(result);
  if (!page) return { kind: 'unreadable', ...unreadable(result) };
  const rows = page.rows.map((row) => ({
    providerReference: row.id,
    ...(row.reference === undefined ? {} : { reference: row.reference }),
    sight: (request: ManifestRequest) => toSighting(row, request),
  }));
  return { kind: 'page', rows, ...(page.total === undefined ? {} : { total: page.total }) };
}

/** Nothing, where the answer is no page. */
export const parsePage = (result: HttpResult) =>
  result.kind === 'reply' && result.status === 200 ? pageSchema.safeParse(result.json).data : undefined;
