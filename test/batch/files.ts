import { readBatchFile, type BatchFile, type BatchFileOptions } from '../../src/batch/read-batch-file.js';

export const HEAD = 'reference,provider,accountConnection,amount,currency,description';

export const toCsv = (...rows: readonly string[]): string => [HEAD, ...rows, ''].join('\n');

/** The file, where it can be read at all. */
export function readFile(file: string | Uint8Array, options?: BatchFileOptions): BatchFile {
  const read = readBatchFile(file, options);
  if ('message' in read) throw new Error(`${read.place}: ${read.message}`);
  return read;
}

/** What is wrong with it, one line each, as a person reads it. */
export function problemsOf(file: string | Uint8Array, options?: BatchFileOptions): readonly string[] {
  const read = readBatchFile(file, options);
  const problems = 'message' in read ? [read] : read.bad.flatMap(({ problems: all }) => all);
  return problems.map(({ place, message }) => `${place}: ${message}`);
}

export const requestsOf = (file: string | Uint8Array, options?: BatchFileOptions): readonly unknown[] =>
  readFile(file, options).rows.map(({ request }) => request);
