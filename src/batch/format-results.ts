import { stringify } from 'csv-stringify/sync';
import type { Claimed } from '../ledger/read-claimed.js';
import type { Status } from '../payout/status.js';
import type { KeptRow } from './engine.js';
import { findConflict } from './find-conflict.js';

export interface ResultsOptions {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<KeptRow>;
  /** Where payouts stand, by the lower case of their references. */
  readonly readClaimed: (references: readonly string[]) => Promise<ReadonlyMap<string, Claimed>>;
}

const ADDED = ['status', 'providerReference', 'message'];
const CHUNK = 1_000;

/** The columns of the results: those of the file, the reference where it was built, and what came of each row. */
export const resultColumns = (columns: readonly string[]): readonly string[] => [...withReference(columns), ...ADDED];

const withReference = (columns: readonly string[]): readonly string[] =>
  columns.includes('reference') ? columns : [...columns, 'reference'];

/** What came of one row. */
export interface RowResult {
  readonly input: Readonly<Record<string, string>>;
  readonly reference: string;
  /** `refused`: the reference stands for another payment; it was not paid for this row. */
  readonly status: Status | 'refused';
  readonly providerReference: string | null;
  readonly message: string;
}

/** The results as a CSV, piece by piece: no file is too long for it. */
export async function* formatResults(options: ResultsOptions): AsyncGenerator<string> {
  const named = withReference(options.columns);
  yield stringify([[...resultColumns(options.columns)]]);
  for await (const chunk of readResults(options)) {
    yield stringify(
      chunk.map(({ input, reference, status, providerReference, message }) => {
        const cells: Readonly<Record<string, string>> = { ...input, reference };
        const added = [status, providerReference ?? '', message].map(harmless);
        return [...named.map((name) => cells[name] ?? ''), ...added];
      }),
    );
  }
}

/** What came of each row, a thousand at a time. */
export async function* readResults({
  rows,
  readClaimed,
}: Omit<ResultsOptions, 'columns'>): AsyncGenerator<readonly RowResult[]> {
  for await (const chunk of inChunks(rows)) {
    const claimed = await readClaimed(chunk.map(({ request }) => request.reference));
    yield chunk.map((row) => toResult(row, claimed.get(row.request.reference.toLowerCase())));
  }
}

function toResult({ request, input, refusal }: KeptRow, claim: Claimed | undefined): RowResult {
  const row = { input, reference: request.reference, providerReference: null };
  if (refusal !== undefined) return { ...row, status: 'refused', message: refusal };
  if (!claim) return { ...row, status: 'created', message: 'not claimed yet' };
  const conflict = findConflict(claim, request);
  if (conflict !== undefined) return { ...row, status: 'refused', message: conflict };
  const { status, providerReference, evidence } = claim;
  return { ...row, status, providerReference, message: evidence };
}

/** A provider's words may begin like a formula, and a spreadsheet would run it. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

async function* inChunks<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
