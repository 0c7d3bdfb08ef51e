/** `1500, 'USD'` → `15.00 USD`, by the currency's own digits. Sets the point in the text: no arithmetic, no rounding. */
export function formatAmount(amountMinor: number | null, currency: string): string {
  if (amountMinor === null) return `set by the provider (${currency})`;
  const digits = digitsOf(currency);
  if (digits === undefined) return `${amountMinor} minor units ${currency}`;
  const sign = amountMinor < 0 ? '-' : '';
  const text = String(amountMinor)
    .replace('-', '')
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${sign}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`} ${currency}`;
}

/** How many digits the minor unit has: 2 for USD, 0 for JPY, 3 for KWD. Nothing where the code is none. */
function digitsOf(currency: string): number | undefined {
  if (!/^[A-Z]{3}$/.test(currency)) return undefined;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
}
