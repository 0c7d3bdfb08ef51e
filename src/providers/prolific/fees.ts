import type { Fees } from '../balance.js';

const LEAST_PERCENT = 33n;
const MOST_PERCENT = 43n;

/** On top of a bonus. The set-up tells them exactly; before that they are known within these bounds. */
export function feesOf(amountMinor: number): Fees {
  const amount = BigInt(amountMinor);
  return {
    leastMinor: Number((amount * LEAST_PERCENT) / 100n),
    mostMinor: Number((amount * MOST_PERCENT + 99n) / 100n),
    note: 'about 33 to 43 % and VAT on top; Prolific tells the exact fees when the bonuses are set up',
  };
}
