import { placePoint } from '../src/payout/place-point.js';

/** The currencies that providers pay in. A table: to ask the machine costs each workflow a fifth of a millisecond. */
const DIGITS: Readonly<Record<string, number>> = { USD: 2, GBP: 2 };

/** `1500, 'USD'` → `15.00 USD`. */
export function nameAmount(amountMinor: number | null, currency: string): string {
  if (amountMinor === null) return `an amount that the provider sets (${currency})`;
  const digits = DIGITS[currency];
  return digits === undefined
    ? `${amountMinor} minor units ${currency}`
    : `${placePoint(amountMinor, digits)} ${currency}`;
}
