import type { PayoutRequest } from '../payout/request.js';
import type { Problem } from './input-error.js';

/** A reference stands for one payment, whatever the letters' case: a second row with it is a mistake of the input. */
export function findDuplicates(
  rows: readonly { readonly place: string; readonly request: PayoutRequest }[],
): Problem[] {
  const first = new Map<string, { readonly place: string; readonly reference: string }>();
  return rows.flatMap(({ place, request: { reference } }) => {
    const earlier = first.get(reference.toLowerCase());
    if (!earlier) {
      first.set(reference.toLowerCase(), { place, reference });
      return [];
    }
    const how = earlier.reference === reference ? 'is already in' : `differs only in case from ${earlier.reference} in`;
    return [{ place, message: `reference: ${reference} ${how} ${earlier.place}: one reference is one payment` }];
  });
}
