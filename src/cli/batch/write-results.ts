import { once } from 'node:events';
import { stringify } from 'csv-stringify/sync';
import type { Kysely } from 'kysely';
import { formatResults, readResults, resultColumns } from '../../batch/format-results.js';
import { readClaimed } from '../../ledger/read-claimed.js';
import type { Emit } from './events.js';
import { expectBatch } from './expect-batch.js';
import type { KeptBatches } from './open-batches.js';
import { expectReplaceable, replaceFile } from './write-file.js';

/** Throws where a file stands there that is no results of such a batch. */
export const expectResultsFile = (path: string, columns: readonly string[]): Promise<void> =>
  expectReplaceable(path, '--out', stringify([[...resultColumns(columns)]]));

/** Writes what came of every row, in the order of the file. */
export async function writeResults({ batches, db }: KeptBatches, batchId: string, path: string): Promise<void> {
  const { columns } = await expectBatch(batches, batchId);
  await expectResultsFile(path, columns);
  await replaceFile(path, '--out', formatResults({ columns, rows: batches.rows(batchId), readClaimed: reading(db) }));
}

/** The same on stdout: a CSV, or events. */
export async function printResults(
  { batches, db }: KeptBatches,
  batchId: string,
  json: boolean,
  emit: Emit,
): Promise<void> {
  const options = {
    columns: (await expectBatch(batches, batchId)).columns,
    rows: batches.rows(batchId),
    readClaimed: reading(db),
  };
  if (json) for await (const chunk of readResults(options)) for (const row of chunk) emit('row', row);
  else for await (const piece of formatResults(options)) await print(piece);
}

/** A slow reader is waited for, so that no file is too long. */
const print = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

const reading = (db: Kysely<unknown>) => (references: readonly string[]) => readClaimed(db, references);
