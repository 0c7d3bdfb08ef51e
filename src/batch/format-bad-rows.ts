import { stringify } from 'csv-stringify/sync';
import { ERROR } from './csv-columns.js';
import type { BadRow } from './read-batch-file.js';

/** Bad rows as a CSV, with what is wrong in a column of its own. Mended, it can be given again as it is. */
export function formatBadRows(columns: readonly string[], bad: readonly BadRow[]): string {
  const rows = bad.map(({ input, problems }) => [
    ...columns.map((name) => input[name] ?? ''),
    problems.map(({ message }) => message).join('; '),
  ]);
  return stringify([[...columns, ERROR], ...rows]);
}
