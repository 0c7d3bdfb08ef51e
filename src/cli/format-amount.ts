import { digitsOf } from '../batch/currency-digits.js';
import { placePoint } from '../payout/place-point.js';

/** `1500, 'USD'` → `15.00 USD`, by the currency's own digits. */
export function formatAmount(amountMinor: number | null, currency: string): string {
  if (amountMinor === null) return `set by the provider (${currency})`;
  const digits = digitsOf(currency);
  if (digits === undefined) return `${amountMinor} minor units ${currency}`;
  return `${placePoint(amountMinor, digits)} ${currency}`;
}
