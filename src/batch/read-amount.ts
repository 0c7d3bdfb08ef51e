import { fieldsOf } from './csv-columns.js';
import { digitsOf } from './currency-digits.js';
import type { CellProblem } from './layout.js';
import { parseAmount } from './parse-amount.js';
import { shown } from './shown.js';

const MINOR = 'amountMinor';

export interface AmountRead {
  readonly value?: Readonly<Record<string, unknown>>;
  readonly problem?: CellProblem;
}

/** A decimal amount as the field of minor units, by the row's own currency. */
export function readAmount(amount: string, row: Readonly<Record<string, unknown>>): AmountRead {
  if (amount === '') return {};
  if (row[MINOR] !== undefined) return refuse('amount', `stands beside ${MINOR}: leave one of them empty`);
  const fields = typeof row['provider'] === 'string' ? fieldsOf(row['provider']) : [];
  // Nobody can say what it would mean there. The schema does, and names what to use instead.
  if (fields.length > 0 && !fields.includes(MINOR)) return { value: { [MINOR]: amount } };
  const { currency } = row;
  if (typeof currency !== 'string')
    return refuse('currency', 'is missing, so the amount cannot be read; write it like USD');
  if (digitsOf(currency) === undefined)
    return refuse('currency', `${shown(currency)} is no currency; write its code in capitals, like USD`);
  const parsed = parseAmount(amount, currency);
  return 'problem' in parsed ? refuse('amount', parsed.problem) : { value: { [MINOR]: parsed.value } };
}

const refuse = (column: string, message: string): AmountRead => ({
  problem: { column, message: `${column}: ${message}` },
});
