import type { Claimed } from '../ledger/read-claimed.js';
import { findConflict } from './find-conflict.js';
import type { BadRow, BatchFile, FileRow } from './read-batch-file.js';

export interface ComparedFile extends BatchFile {
  /** Good rows that are claimed already for the same content, by reference. */
  readonly claimed: ReadonlyMap<string, Claimed>;
}

/** The ledger has the last word on references: a row whose reference stands for something else is a bad row. */
export async function compareWithLedger(
  file: BatchFile,
  readClaimed: (references: readonly string[]) => Promise<ReadonlyMap<string, Claimed>>,
): Promise<ComparedFile> {
  const found = await readClaimed(file.rows.map(({ request }) => request.reference));
  const claimed = new Map<string, Claimed>();
  const rows: FileRow[] = [];
  const taken: BadRow[] = [];
  for (const row of file.rows) {
    const { reference } = row.request;
    const claim = found.get(reference.toLowerCase());
    const conflict = claim && findConflict(claim, row.request);
    if (claim && conflict === undefined) claimed.set(reference, claim);
    if (conflict === undefined) rows.push(row);
    else taken.push(toBadRow(row, conflict));
  }
  const bad = taken.length === 0 ? file.bad : [...file.bad, ...taken].sort((a, b) => a.line - b.line);
  return { columns: file.columns, rows, bad, claimed };
}

const toBadRow = ({ line, input }: FileRow, conflict: string): BadRow => ({
  line,
  input,
  problems: [{ place: `line ${line}`, column: 'reference', message: `reference: ${conflict}` }],
});
