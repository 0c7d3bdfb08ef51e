import { AMOUNT, csvColumns, ERROR } from './csv-columns.js';
import { withoutEmptyEnd, type Line } from './csv-table.js';
import type { Cells, Layout, ReadCells } from './layout.js';
import type { Problem } from './problem.js';
import { readAmount } from './read-amount.js';
import { readCell } from './read-cell.js';

/** Every payout has these, whoever pays. A file without them is refused once, and not row by row. */
const NEEDED = ['provider', 'reference'];

/** A CSV whose first line names the fields of a request. An empty cell is an absent field. */
export function ownLayout([head, ...lines]: readonly [Line, ...Line[]], canBuildReference: boolean): Layout | Problem {
  const columns = withoutEmptyEnd(head.cells.map((name) => name.trim()));
  const needed = NEEDED.filter((name) => !(canBuildReference && name === 'reference'));
  const message = refuseNames(columns, needed);
  if (message !== undefined) return { place: `line ${head.line}`, message };
  const fields = columns.filter((name) => name !== ERROR && name !== AMOUNT);
  return {
    columns,
    lines,
    read: (cells) => readFields(fields, cells),
    blame: (field, cells) => ({ column: field === 'amountMinor' && cells[AMOUNT] ? AMOUNT : field }),
    sources: new Map([...fields, AMOUNT].map((name) => [name, (cells: Cells) => cells[name] ?? ''])),
  };
}

function readFields(fields: readonly string[], cells: Cells): ReadCells {
  const read = fields.map((name) => ({ name, ...readCell(name, cells[name] ?? '') }));
  const present = read.filter(({ value }) => value !== undefined);
  const value = Object.fromEntries(present.map(({ name, value }) => [name, value]));
  const amount = readAmount(cells[AMOUNT] ?? '', value);
  const problems = read.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [{ column: name, message: `${name}: ${problem}` }],
  );
  return { value: { ...value, ...amount.value }, problems: [...problems, ...(amount.problem ? [amount.problem] : [])] };
}

function refuseNames(names: readonly string[], needed: readonly string[]): string | undefined {
  const known = csvColumns();
  const [only] = names;
  if (names.length === 1 && only !== undefined && /[;\t]/.test(only))
    return 'the columns are not separated by commas: save it as comma-separated';
  const unknown = names.filter((name) => name !== ERROR && !known.includes(name));
  if (unknown.length > 0)
    return `unknown column ${unknown.map((name) => JSON.stringify(name)).join(', ')}: use ${known.join(', ')}`;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return `column ${repeated} stands there twice: remove one`;
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return undefined;
  const mend = missing.includes('reference') ? ' (`payouts batch` can build the reference: --reference-from)' : '';
  return `column ${missing.join(', ')} is missing: add it${mend}`;
}
