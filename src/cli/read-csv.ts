import { CsvError, parse } from 'csv-parse/sync';
import { readCell } from './csv-cell.js';
import { csvColumns } from './csv-columns.js';
import type { Problem } from './input-error.js';
import type { Rows } from './rows.js';

/** A CSV whose first line names the fields of a request. An empty cell is an absent field. */
export function readCsvRows(text: string): Rows {
  const table = readTable(text);
  if ('message' in table) return { rows: [], problems: [table] };
  const [head, ...records] = table;
  if (!head) return { rows: [], problems: [] };
  const names = withoutEmptyEnd(head.cells.map((name) => name.trim()));
  const problem = refuseNames(names, csvColumns());
  if (problem !== undefined) return { rows: [], problems: [{ place: `line ${head.line}`, message: problem }] };

  const read = records.map((record) => ({ place: `line ${record.line}`, ...readRecord(names, record.cells) }));
  return {
    rows: read.flatMap(({ place, value }) => (value ? [{ place, value }] : [])),
    problems: read.flatMap(({ place, messages }) => messages.map((message) => ({ place, message }))),
  };
}

/** As the parser gives it. */
interface Raw {
  readonly record: readonly string[];
  readonly info: { readonly bytes: number };
}

interface Line {
  /** Where it begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

function readTable(text: string): readonly Line[] | Problem {
  try {
    const records = parse(text, {
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as readonly Raw[];
    return locate(Buffer.from(text), records);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = error.message.replace(/ at line \d+/, '');
    return { place: `line ${String(error['lines'])}`, message: `is no CSV (${message}): mend the quotes` };
  }
}

/** Finds the lines by the bytes that were read: the parser counts a line break inside quotes twice where it is CRLF. */
function locate(bytes: Buffer, records: readonly Raw[]): readonly Line[] {
  let line = 1;
  let from = 0;
  return records.map(({ record, info }) => {
    const passed = bytes.toString('utf8', from, info.bytes);
    const breaksInside = record.reduce((count, cell) => count + countBreaks(cell), 0);
    const endsWithBreak = /[\r\n]$/.test(passed) ? 1 : 0;
    const endsIn = line + countBreaks(passed) - endsWithBreak;
    from = info.bytes;
    line = endsIn + endsWithBreak;
    return { line: endsIn - breaksInside, cells: record };
  });
}

const countBreaks = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

function refuseNames(names: readonly string[], known: readonly string[]): string | undefined {
  const [only] = names;
  if (names.length === 1 && only !== undefined && /[;\t]/.test(only))
    return 'the columns are not separated by commas: save it as comma-separated';
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    return `unknown column ${unknown.map((name) => JSON.stringify(name)).join(', ')}: use ${known.join(', ')}`;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return repeated === undefined ? undefined : `column ${repeated} stands there twice: remove one`;
}

function readRecord(
  names: readonly string[],
  cells: readonly string[],
): { value?: Readonly<Record<string, unknown>>; messages: readonly string[] } {
  if (cells.slice(names.length).some((cell) => cell !== ''))
    return { messages: [`has ${cells.length} cells for ${names.length} columns: quote a cell that holds a comma`] };
  const read = names.map((name, index) => ({ name, ...readCell(name, cells[index] ?? '') }));
  const messages = read.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  if (messages.length > 0) return { messages };
  const present = read.filter(({ value }) => value !== undefined);
  return { value: Object.fromEntries(present.map(({ name, value }) => [name, value])), messages };
}

/** Spreadsheets write commas for columns that somebody once touched. */
const withoutEmptyEnd = (names: readonly string[]): readonly string[] =>
  names.slice(0, names.findLastIndex((name) => name !== '') + 1);
