/** Minor units as Prolific's CSV wants them: major units with exactly two decimals. Text only, no arithmetic on floats. */
export function toMajorUnits(amountMinor: number): string {
  if (!Number.isSafeInteger(amountMinor) || amountMinor <= 0) {
    throw new RangeError('an amount must be a positive whole number of minor units');
  }
  const digits = String(amountMinor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * How many more payments of exactly this amount the record shows than before. Prolific gives a bonus no id: amounts are
 * all there is. They may be fractional; one that is not whole was never ours.
 */
export function countGrowth(before: readonly number[], after: readonly number[], amountMinor: number): number {
  return countOf(after, amountMinor) - countOf(before, amountMinor);
}

const countOf = (amounts: readonly number[], amountMinor: number): number =>
  amounts.filter((amount) => amount === amountMinor).length;
