import type { Change } from '../../payout/change.js';
import type { ManifestRequest } from '../../payout/request.js';
import { parseInstant } from '../common-request.js';
import type { Sighting } from '../provider.js';
import type { ManifestApi, PayoutChange } from './api.js';
import { readById } from './look-up.js';
import { mendOf, unreadable } from './mapping.js';
import { composeUserData } from './user-data.js';

/** Asks for a change, then believes only what is read back: a 200 with an unchanged status is no cancel. */
export async function change(api: ManifestApi, id: string, asked: PayoutChange): Promise<Sighting> {
  const answer = await api.update(id, asked);
  const sighting = await readById(api, id);
  const isTaken = answer.kind === 'reply' && answer.status >= 200 && answer.status < 300;
  if (isTaken) return sighting;
  const refused = sighting.kind === 'present' ? mendOf(answer) : undefined;
  const because = `${sighting.because}; to the change: ${unreadable(answer).because}`;
  return { ...sighting, because, ...(refused === undefined ? {} : { refused }) };
}

/** The data is sent whole, for it takes the place of what is there: with our tag, by which a payout is found. */
export const composeChange = (
  { reference }: Pick<ManifestRequest, 'reference'>,
  { scheduledAt, description, metadata }: Change,
): PayoutChange => ({
  // Always whole: the form that Manifest links to also allows a day without a time.
  ...(scheduledAt === undefined ? {} : { date: parseInstant(scheduledAt) ?? scheduledAt }),
  ...(description === undefined ? {} : { description }),
  ...(metadata === undefined ? {} : { user_data: composeUserData({ reference, metadata }) }),
});
