import { findProvider, PROVIDERS } from '../providers/registry.js';
import type { FileForm } from '../providers/file-form.js';
import { AMOUNT, ERROR } from './csv-columns.js';
import { withoutEmptyEnd, type Line } from './csv-table.js';
import { digitsOf } from './currency-digits.js';
import type { Cells, Layout, ReadCells } from './layout.js';
import type { Problem } from './problem.js';
import { readAmount } from './read-amount.js';
import { shown } from './shown.js';

/** A file in a provider's own form, and what is the same for all of its rows. */
export interface ProviderForm {
  readonly provider: string;
  readonly study: string;
  readonly currency: string;
  readonly account?: string;
}

/** What our own programs add to such a file. */
const OURS = ['reference', ERROR];

/** A CSV in a provider's own form, with or without a header. */
export function formLayout(
  table: readonly [Line, ...Line[]],
  given: ProviderForm,
  canBuildReference: boolean,
): Layout | Problem {
  const form = findProvider(given.provider)?.fileForm;
  if (!form) return option('provider', `${shown(given.provider)} has no form of its own; ${whoHas()}`);
  if (digitsOf(given.currency) === undefined)
    return option('currency', `${shown(given.currency)} is no currency; write its code in capitals, like USD`);
  const [head] = table;
  const names = head.cells.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  );
  const isHeader = names.some((name) => name in form.columns || OURS.includes(name));
  const columns = isHeader ? withoutEmptyEnd(names) : form.withoutHeader;
  const message = refuseColumns(columns, form) ?? refuseNameless(columns, canBuildReference);
  if (message !== undefined) return { place: `line ${head.line}`, message };
  return { columns, lines: isHeader ? table.slice(1) : table, ...readingOf(columns, form, given) };
}

function readingOf(
  columns: readonly string[],
  form: FileForm,
  given: ProviderForm,
): Pick<Layout, 'read' | 'blame' | 'sources'> {
  const { provider, study, currency, account } = given;
  const same = { provider, [form.study]: study, currency, ...(account === undefined ? {} : { account }) };
  const options: Readonly<Record<string, string>> = { provider, study, currency, account: account ?? 'default' };
  const fieldOf = (column: string): string => form.columns[column] ?? column;
  const filled = columns.filter((column) => column !== ERROR && fieldOf(column) !== AMOUNT);
  const amountColumn = columns.find((column) => fieldOf(column) === AMOUNT) ?? AMOUNT;
  const cell = (column: string) => (cells: Cells) => (cells[column] ?? '').trim();

  return {
    read: (cells) => {
      const texts = filled.map((column) => ({ column, text: cell(column)(cells) }));
      const present = texts
        .filter(({ text }) => text !== '')
        .map(({ column, text }) => [fieldOf(column), text] as const);
      const missing = texts.flatMap(({ column, text }) =>
        text === '' && column !== 'reference' ? [{ column, message: `${column}: is missing` }] : [],
      );
      const row = { ...same, ...Object.fromEntries(present) };
      const { value, problems } = withAmount(row, cell(amountColumn)(cells), amountColumn);
      return { value, problems: [...missing, ...problems] };
    },
    blame: (field) => {
      if (field === 'amountMinor') return { column: amountColumn };
      const column = filled.find((name) => fieldOf(name) === field);
      if (column !== undefined) return { column };
      const name = field === form.study ? 'study' : field;
      if (name in options) return { option: name };
      return { column: field === 'reference' ? field : (filled[0] ?? field) };
    },
    sources: new Map([
      ...Object.entries(options).map(([name, value]) => [name, () => value] as const),
      ...columns.map((column) => [fieldOf(column), cell(column)] as const),
      ...columns.map((column) => [column, cell(column)] as const),
    ]),
  };
}

function withAmount(row: Readonly<Record<string, unknown>>, amount: string, column: string): ReadCells {
  if (amount === '')
    return { value: row, problems: [{ column, message: `${column}: is missing; write it like 15.00` }] };
  const { value = {}, problem } = readAmount(amount, row);
  return { value: { ...row, ...value }, problems: problem ? [problem] : [] };
}

function refuseColumns(columns: readonly string[], form: FileForm): string | undefined {
  const known = [...Object.keys(form.columns), 'reference'];
  const unknown = columns.filter((name) => name !== ERROR && !known.includes(name));
  if (unknown.length > 0)
    return (
      `unknown column ${unknown.map((name) => JSON.stringify(name)).join(', ')}: use ${known.join(', ')}, ` +
      'or leave --provider out for a file with our own columns'
    );
  const fields = columns.map((column) => form.columns[column] ?? column);
  const twice = columns.find((_, index) => fields.indexOf(fields[index] as string) !== index);
  if (twice !== undefined) return `column ${twice} stands there twice, or another says the same: remove one`;
  if (!fields.includes(AMOUNT)) return `column ${AMOUNT} is missing: add it`;
  const ids = Object.keys(form.columns).filter((name) => form.columns[name] !== AMOUNT);
  return columns.some((column) => ids.includes(column)) ? undefined : `column ${ids[0]} is missing: add it`;
}

/** Such a form knows no references, and without one nobody could tell whether a row was paid before. */
const refuseNameless = (columns: readonly string[], canBuildReference: boolean): string | undefined =>
  canBuildReference || columns.includes('reference')
    ? undefined
    : `the rows have no references: build them, for example by --reference-from study,${columns[0]}, or add a column reference`;

const whoHas = (): string => {
  const names = PROVIDERS.filter(({ fileForm }) => fileForm).map(({ name }) => name);
  return `use ${names.join(' or ')}, or leave it out for a file with our own columns`;
};

const option = (name: string, message: string): Problem => ({ place: '', message: `--${name}: ${message}` });
