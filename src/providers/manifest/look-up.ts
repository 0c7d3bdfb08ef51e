import type { ManifestRequest } from '../../payout/request.js';
import type { LookUpQuery, Sighting } from '../provider.js';
import type { ManifestApi } from './api.js';
import { shorten } from './describe-reply.js';
import type { Expected } from './find-difference.js';
import { unreadable } from './mapping.js';
import { payoutSchema } from './schemas.js';
import { findTwin, searchByTag } from './search-by-tag.js';
import { toSighting } from './to-sighting.js';

/** Reads the payout by its id, or, where no id is known, searches the lists for our tag. */
export async function lookUp(api: ManifestApi, query: LookUpQuery<ManifestRequest>): Promise<Sighting> {
  const { providerReference, request, isDoubtful } = query;
  if (providerReference === undefined) return searchByTag(api, query);
  const sighting = await readById(api, providerReference, request);
  // Before it is called over: a key that was forgotten too early would have made another one, under the same tag.
  const isOver = sighting.kind === 'present' && sighting.seen.status === 'sent';
  return isOver && isDoubtful ? ((await findTwin(api, request, providerReference)) ?? sighting) : sighting;
}

/** What one payout shows now. */
export async function readById(api: ManifestApi, id: string, expected?: Expected): Promise<Sighting> {
  const result = await api.get(id);
  const payout =
    result.kind === 'reply' && result.status === 200 ? payoutSchema.safeParse(result.json).data : undefined;
  // A 404 says nothing about the money: a payout that we know of cannot vanish.
  if (!payout) return { kind: 'unreadable', ...unreadable(result) };
  if (payout.id !== id)
    return { kind: 'contradiction', because: shorten(`asked for ${id}, Manifest shows ${payout.id}`) };
  return toSighting(payout, expected);
}
