import { shown } from './shown.js';

/** A cell as its column's field: digits for `…Minor` and `…Count`, JSON for `metadata`, else the text. Empty is absent. */
export function readCell(column: string, cell: string): { readonly value?: unknown; readonly problem?: string } {
  if (cell === '') return {};
  if (/(Minor|Count)$/.test(column)) return readInteger(column, cell);
  return column === 'metadata' ? readMetadata(cell) : { value: cell };
}

/** Digits only: `15.00`, `1e3`, `+5` and `1,500` may each mean something else to somebody, and it is money. */
function readInteger(column: string, cell: string): { readonly value?: number; readonly problem?: string } {
  if (!/^(0|-?[1-9]\d*)$/.test(cell)) {
    const example = column.endsWith('Minor')
      ? 'whole minor units, for example 1500 for 15.00'
      : 'a whole number such as 2';
    return { problem: `${shown(cell)} is not written in digits only; write ${example}` };
  }
  const value = Number(cell);
  return Number.isSafeInteger(value) ? { value } : { problem: `${shown(cell)} is too large to be exact` };
}

function readMetadata(cell: string): { readonly value?: unknown; readonly problem?: string } {
  try {
    return { value: JSON.parse(cell) as unknown };
  } catch {
    return { problem: `${shown(cell)} is no JSON; write an object such as {"wave":"3"}, with its quotes doubled` };
  }
}
