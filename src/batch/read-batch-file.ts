import { checkRequest } from '../providers/parse-request.js';
import type { PayoutRequest } from '../payout/request.js';
import { requestedMinor, currencyOf } from '../payout/show.js';
import { buildReference, findParts, type ReferencePart } from './build-reference.js';
import { MOST_ROWS, readTable, TOO_LONG, type Line } from './csv-table.js';
import { decodeUtf8 } from './decode-utf8.js';
import type { BatchRow } from './engine.js';
import { findDuplicates } from './find-duplicates.js';
import { formLayout, type ProviderForm } from './form-layout.js';
import type { CellProblem, Cells, Layout } from './layout.js';
import { ownLayout } from './own-layout.js';
import type { Problem } from './problem.js';
import { ERROR } from './csv-columns.js';

export interface BatchFileOptions {
  /** Columns of which the reference of a row is built that has none; `=text` stands for itself. */
  readonly referenceFrom?: readonly string[];
  /** The file is in a provider's own form. Unless given: our columns. */
  readonly form?: ProviderForm;
}

export interface FileRow extends BatchRow {
  readonly line: number;
}

export interface BadRow {
  readonly line: number;
  readonly input: Cells;
  readonly problems: readonly Problem[];
}

export interface BatchFile {
  readonly columns: readonly string[];
  readonly rows: readonly FileRow[];
  readonly bad: readonly BadRow[];
}

/** Every row of a CSV, good or bad; or the one thing for which none of them can be read. */
export function readBatchFile(file: string | Uint8Array, options: BatchFileOptions = {}): BatchFile | Problem {
  const text = typeof file === 'string' ? file.replace(/^\uFEFF/, '') : decodeUtf8(file);
  if (text === undefined) return whole('is not UTF-8: save it as UTF-8 (in Excel: "CSV UTF-8")');
  const table = readTable(text);
  if ('message' in table) return table;
  const [head, ...others] = table;
  if (!head) return whole(EMPTY);
  const layout = toLayout([head, ...others], options);
  if ('message' in layout) return layout;
  if (layout.lines.length === 0) return whole(EMPTY);
  if (layout.lines.length > MOST_ROWS) return TOO_LONG;
  const parts = findParts(options.referenceFrom ?? [], layout);
  if (typeof parts === 'string') return whole(`--reference-from: ${parts}`);
  return readRows(layout, parts);
}

const EMPTY = 'holds no request: write one on each line, below a line with the names of the columns';

const toLayout = (
  table: readonly [Line, ...Line[]],
  { form, referenceFrom = [] }: BatchFileOptions,
): Layout | Problem =>
  form ? formLayout(table, form, referenceFrom.length > 0) : ownLayout(table, referenceFrom.length > 0);

function readRows(layout: Layout, parts: readonly ReferencePart[]): BatchFile | Problem {
  const read = layout.lines.map((line) => readRow(layout, parts, line));
  const given = read.flatMap(({ problems }) => problems).find(({ column }) => column?.startsWith('--'));
  // Said once for the file, and so wrong once.
  if (given) return whole(given.message);
  const named = read.map(({ line, reference }) => ({ place: `line ${line}`, reference }));
  const duplicates = findDuplicates(named);
  const rows: FileRow[] = [];
  const bad: BadRow[] = [];
  for (const [index, { line, input, request, problems }] of read.entries()) {
    const twin = duplicates.get(index);
    const all = twin === undefined ? problems : [...problems, { column: 'reference', message: twin }];
    if (request && all.length === 0) rows.push({ line, input, request });
    else bad.push({ line, input, problems: all.map((problem) => ({ place: `line ${line}`, ...problem })) });
  }
  const columns = layout.columns.filter((name) => name !== ERROR);
  const sum = findUncountable(rows);
  return sum === undefined ? { columns, rows, bad } : whole(sum);
}

interface ReadRow {
  readonly line: number;
  readonly input: Cells;
  readonly reference?: string;
  readonly request?: PayoutRequest;
  readonly problems: readonly CellProblem[];
}

function readRow(layout: Layout, parts: readonly ReferencePart[], { line, cells }: Line): ReadRow {
  const input = toInput(layout.columns, cells);
  if (cells.slice(layout.columns.length).some((cell) => cell !== '')) {
    const message = `has ${cells.length} cells for ${layout.columns.length} columns: quote a cell that holds a comma`;
    return { line, input, problems: [{ message }] };
  }
  const { value, problems } = layout.read(input);
  const named = nameRow(value['reference'], parts, input);
  const all = 'problem' in named ? [...problems, named.problem] : problems;
  const reference = 'problem' in named ? undefined : named.reference;
  const known = { line, input, ...(reference === undefined ? {} : { reference }) };
  if (all.length > 0) return { ...known, problems: all };
  const checked = checkRequest(reference === undefined ? value : { ...value, reference });
  if ('request' in checked) return { ...known, request: checked.request, problems: [] };
  return { ...known, problems: checked.problems.map((problem) => toCellProblem(layout, input, problem)) };
}

/** A reference that stands in the file is taken; one that does not is built, where the columns for it are named. */
function nameRow(
  given: unknown,
  parts: readonly ReferencePart[],
  input: Cells,
): { readonly reference?: string } | { readonly problem: CellProblem } {
  if (typeof given === 'string') return { reference: given };
  return parts.length === 0 ? {} : buildReference(parts, input);
}

/** The message begins with the field; people know the column. */
function toCellProblem(
  layout: Layout,
  cells: Cells,
  { field, message }: { readonly field?: string; readonly message: string },
): CellProblem {
  if (field === undefined) return { message };
  const blamed = layout.blame(field, cells);
  const name = 'column' in blamed ? blamed.column : `--${blamed.option}`;
  return { column: name, message: message.startsWith(field) ? name + message.slice(field.length) : message };
}

/** Cells beyond the columns are kept in the last one, so that a bad row can be written out whole. */
function toInput(columns: readonly string[], cells: readonly string[]): Cells {
  const beyond = cells.slice(columns.length).filter((cell) => cell !== '');
  const named = columns.map((name, index) => {
    const cell = cells[index] ?? '';
    return [name, index === columns.length - 1 ? [cell, ...beyond].join(',') : cell] as const;
  });
  return Object.fromEntries(named.filter(([name]) => name !== ERROR));
}

/** A sum that a number cannot hold exactly is no payroll. */
function findUncountable(rows: readonly FileRow[]): string | undefined {
  const sums = new Map<string, number>();
  for (const { request } of rows) {
    const currency = currencyOf(request);
    const sum = (sums.get(currency) ?? 0) + (requestedMinor(request) ?? 0);
    if (!Number.isSafeInteger(sum))
      return `asks for more ${currency} in all than can be counted exactly: check the amounts`;
    sums.set(currency, sum);
  }
  return undefined;
}

const whole = (message: string): Problem => ({ place: '', message });
