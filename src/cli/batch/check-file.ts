import { batchIdOf } from '../../batch/batch-id.js';
import { compareWithLedger, type ComparedFile } from '../../batch/compare-with-ledger.js';
import { readBatchFile } from '../../batch/read-batch-file.js';
import { readClaimed } from '../../ledger/read-claimed.js';
import { toTold } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { InputError } from '../input-error.js';
import { openReadOnly } from '../payout-reader.js';
import { readInput } from '../read-input.js';
import type { Env } from '../temporal.js';
import type { FileOrder } from './options.js';

export interface CheckedFile extends ComparedFile {
  readonly source: string;
  readonly batchId: string;
  /** Whether the ledger was asked which references are claimed. */
  readonly isCompared: boolean;
}

/**
 * The whole file, looked at before anything is started. Throws `InputError` naming every bad row, unless they are to be skipped; then
 * there is at least one good row.
 */
export async function checkFile(env: Env, order: FileOrder): Promise<CheckedFile> {
  const { file, form, referenceFrom, skipBad } = order;
  const source = file === '-' ? 'standard input' : file;
  const read = readBatchFile(await readInput(file), { referenceFrom, ...(form ? { form } : {}) });
  if ('message' in read) throw new InputError(source, [read]);
  const isRefused = read.bad.length > 0 && !skipBad;
  const compared = await compare(env, read, isRefused);
  const { rows, bad } = compared;
  if (bad.length > 0 && (!skipBad || rows.length === 0))
    throw new InputError(
      source,
      bad.flatMap(({ problems }) => problems),
    );
  return { ...compared, source, batchId: order.id ?? batchIdOf(rows.map(({ request }) => request)) };
}

async function compare(
  env: Env,
  read: Parameters<typeof compareWithLedger>[0],
  isRefused: boolean,
): Promise<ComparedFile & Pick<CheckedFile, 'isCompared'>> {
  const url = env['PAYOUTS_DATABASE_URL'];
  const uncompared = { ...read, claimed: new Map(), isCompared: false };
  if (!url) return uncompared;
  const ledger = openReadOnly(url);
  try {
    const known = await compareWithLedger(read, (references) => readClaimed(ledger.db, references));
    return { ...known, isCompared: true };
  } catch (error) {
    // The file is refused in any case: what is wrong with it is of more use than why the ledger was not asked.
    if (isRefused && toTold(error).exit === EXIT.unreachable) return uncompared;
    throw error;
  } finally {
    await ledger.close();
  }
}
