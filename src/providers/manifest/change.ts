import type { Sighting } from '../provider.js';
import type { ManifestApi, PayoutChange } from './api.js';
import { readById } from './look-up.js';
import { unreadable } from './mapping.js';

/** Asks for a change, then believes only what is read back: a 200 with an unchanged status is no cancel. */
export async function change(api: ManifestApi, id: string, asked: PayoutChange): Promise<Sighting> {
  const answer = await api.update(id, asked);
  const sighting = await readById(api, id);
  const isTaken = answer.kind === 'reply' && answer.status >= 200 && answer.status < 300;
  if (isTaken) return sighting;
  return { ...sighting, because: `${sighting.because}; to the change: ${unreadable(answer).because}` };
}
