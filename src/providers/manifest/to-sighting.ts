import type { Sighting } from '../provider.js';
import { findDifference, type Expected } from './find-difference.js';
import { toKept, toSeen } from './mapping.js';
import type { PayoutRow } from './schemas.js';

/** A payout that Manifest shows, if it is the one that was asked for. */
export function toSighting(payout: PayoutRow, expected?: Expected): Sighting {
  const difference = expected && findDifference(payout, expected);
  if (difference !== undefined) return { kind: 'contradiction', because: difference };
  const seen = { ...toSeen(payout), ...toKept(payout) };
  const because = `Manifest shows ${payout.id} as ${seen.status}`;
  return { kind: 'present', seen, because: seen.note === undefined ? because : `${because}: ${seen.note}` };
}
