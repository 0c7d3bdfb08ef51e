import type { RefusedRow } from '../../payout/outcome.js';
import type { ManifestRequest } from '../../payout/request.js';
import type { HttpResult } from '../http.js';
import type { BulkOutcome, Sighting } from '../provider.js';
import { shorten } from './describe-reply.js';
import { toOutcome } from './mapping.js';
import { batchSchema, payoutSchema, refusalSchema, type PayoutRow } from './schemas.js';
import { toSighting } from './to-sighting.js';

/** What the batch did to the money. Its status decides, as for one; the rows that its body shows are told one by one. */
export function toBulkOutcome(result: HttpResult, requests: readonly ManifestRequest[]): BulkOutcome {
  const outcome = toOutcome(result);
  if (result.kind !== 'reply') return { outcome, sightings: new Map() };
  if (outcome.kind === 'accepted') {
    const rows = batchSchema.safeParse(result.json).data?.rows ?? [];
    const note = `${rows.length} of ${requests.length} payouts could be read in the reply`;
    return { outcome: { kind: 'accepted', httpStatus: outcome.httpStatus, note }, sightings: sightAll(rows, requests) };
  }
  if (outcome.kind !== 'rejected' || outcome.mend !== 'never') return { outcome, sightings: new Map() };
  return { outcome: { ...outcome, rows: refusedRows(result.json, requests) }, sightings: new Map() };
}

/** By our tag, and then compared with what was asked for. A tag that stands there twice, or not at all, shows nothing. */
function sightAll(rows: readonly PayoutRow[], requests: readonly ManifestRequest[]): ReadonlyMap<string, Sighting> {
  const sightings = new Map<string, Sighting>();
  for (const request of requests) {
    const own = rows.filter(({ reference }) => reference === request.reference);
    const [row] = own;
    if (row && own.length === 1) sightings.set(request.reference, toSighting(row, request));
  }
  return sightings;
}

/**
 * Which rows made it refuse. Where one of its details matches none of ours, or several, nobody can tell whom it concerns: then nobody is
 * named, and each goes alone.
 */
function refusedRows(json: unknown, requests: readonly ManifestRequest[]): readonly RefusedRow[] {
  const details = refusalSchema.safeParse(json).data?.details ?? [];
  const named = details.map(({ message, request }) => {
    const echo = payoutSchema.safeParse({ ...request, id: 'asked' }).data;
    const own = requests.filter(({ reference }) => reference === echo?.reference);
    const reference = own.length === 1 ? own[0]?.reference : undefined;
    return reference === undefined ? undefined : { reference, message: shorten(message ?? 'refused without a reason') };
  });
  return named.every((row) => row !== undefined) ? named : [];
}
