import { digitsOf } from './currency-digits.js';
import { shown } from './shown.js';

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/** A decimal amount as minor units: `15.5, USD` → 1550. By its digits, never by arithmetic on fractions. */
export function parseAmount(text: string, currency: string): Parsed<number> {
  const digits = digitsOf(currency);
  if (digits === undefined) return { problem: `cannot be read: ${shown(currency)} is no currency, write it like USD` };
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  const example = digits === 0 ? '1500' : `15.${'5'.padEnd(digits, '0')}`;
  if (whole === undefined)
    return { problem: `${shown(text)} is not written in digits with at most one point; write it like ${example}` };
  if (fraction.length > digits) return { problem: tooFine(text, fraction, digits, currency) };
  const value = Number(whole + fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(value)) return { problem: `${shown(text)} is too large to be exact` };
  if (value === 0) return { problem: `${shown(text)} is not greater than 0; give the amount to pay, like ${example}` };
  return { value };
}

/** No sign, no exponent, no separator of thousands, no zero in front: each may mean something else to somebody, and it is money. */
const DECIMAL = /^(0|[1-9]\d*)(?:\.(\d+))?$/;

function tooFine(text: string, fraction: string, digits: number, currency: string): string {
  const most = digits === 0 ? 'none' : `${digits}`;
  const kept = text.slice(0, text.length - fraction.length + digits).replace(/\.$/, '');
  const mend = /^0+$/.test(fraction.slice(digits)) ? `write ${kept} if that is meant` : 'say which amount is meant';
  return `${shown(text)} has ${fraction.length} digits after the point, and ${currency} has ${most}; ${mend}`;
}
