import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from './problem.js';

export interface Line {
  /** Where it begins in the file. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** All of them are held in memory at once; a file is split easily. */
export const MOST_ROWS = 100_000;

export const TOO_LONG: Problem = { place: '', message: `has more than ${MOST_ROWS} rows: split it into several files` };

/** The lines of a CSV that hold anything, or why it is none. */
export function readTable(text: string): readonly Line[] | Problem {
  try {
    const records = parse(text, {
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // Otherwise the first line's break would decide for a file that was written by two programs.
      record_delimiter: ['\r\n', '\n', '\r'],
      to: MOST_ROWS + 2,
    }) as unknown as readonly Raw[];
    return records.length > MOST_ROWS + 1 ? TOO_LONG : locate(Buffer.from(text), records);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = error.message.replace(/ at line \d+/, '');
    return { place: `line ${String(error['lines'])}`, message: `is no CSV (${message}): mend the quotes` };
  }
}

/** As the parser gives it. */
interface Raw {
  readonly record: readonly string[];
  readonly info: { readonly bytes: number };
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

/** Spreadsheets write commas for columns that somebody once touched. */
export const withoutEmptyEnd = (names: readonly string[]): readonly string[] =>
  names.slice(0, names.findLastIndex((name) => name !== '') + 1);
