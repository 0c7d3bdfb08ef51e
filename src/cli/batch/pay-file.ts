import type { Batches } from '../../batch/engine.js';
import { formatBadRows } from '../../batch/format-bad-rows.js';
import { databaseUrl } from '../database-url.js';
import { EXIT } from '../exit-codes.js';
import { note } from '../output.js';
import type { Env } from '../temporal.js';
import { attendBatch } from './attend-batch.js';
import { checkFile, type CheckedFile } from './check-file.js';
import type { Emit } from './events.js';
import { listenForInterrupt, type Interrupt } from './listen-for-interrupt.js';
import { withBatches } from './open-batches.js';
import type { FileOrder } from './options.js';
import { writeNew } from './write-file.js';
import { expectResultsFile } from './write-results.js';

/** Checks the file, starts it as a batch, and follows that to its end. */
export async function payFile(env: Env, order: FileOrder, emit: Emit): Promise<number> {
  const checked = await checkFile(env, order);
  databaseUrl(env);
  const { batchId, columns, rows, bad, claimed } = checked;
  const out = order.wait ? (order.out ?? beside(order.file, 'results')) : undefined;
  // Whatever cannot be written later is said before money moves.
  if (out !== undefined) await expectResultsFile(out, columns);
  const badOut = bad.length === 0 ? null : await writeBad(order, checked);
  emit('checked', { batchId, rows: rows.length, known: claimed.size, bad: bad.length, badOut });
  if (badOut !== null) note(`payouts: ${bad.length} bad rows are skipped, and written to ${badOut}`);

  return withBatches(env, async (open) => {
    const interrupt = listenForInterrupt();
    try {
      await handOver(open.batches, checked, emit, interrupt);
      if (!order.wait) return sayHowToAttach(order, checked);
      return await attendBatch(open, {
        batchId,
        skipped: bad.length,
        interrupted: interrupt.heard,
        emit,
        json: order.json === true,
        ...(out === undefined ? {} : { out }),
        ...(order.timeoutMs === undefined ? {} : { timeoutMs: order.timeoutMs }),
      });
    } finally {
      interrupt.stop();
    }
  });
}

/** Not cut short by the first Ctrl-C: half a batch helps nobody. */
async function handOver(
  batches: Batches,
  { batchId, columns, rows }: CheckedFile,
  emit: Emit,
  interrupt: Interrupt,
): Promise<void> {
  let isHandedOver = false;
  void interrupt.heard.then(() =>
    isHandedOver ? undefined : note('payouts: leaving as soon as the batch is handed over; once more to leave at once'),
  );
  const { started, total } = await batches.start(batchId, { columns, rows });
  isHandedOver = true;
  emit('started', { batchId, started, total });
  note(`payouts: batch ${batchId}: ${total} rows, ${started ? 'started' : 'known already; it goes on'}`);
}

function sayHowToAttach({ json }: FileOrder, { batchId, bad }: CheckedFile): number {
  if (!json) process.stdout.write(`${batchId}\n`);
  note(`payouts: look at it with \`payouts batch --attach ${batchId}\``);
  return bad.length === 0 ? EXIT.done : EXIT.refused;
}

async function writeBad({ file, badOut }: FileOrder, { columns, bad }: CheckedFile): Promise<string> {
  const path = badOut ?? beside(file, 'bad') ?? 'bad.csv';
  await writeNew(path, '--bad-out', formatBadRows(columns, bad));
  return path;
}

/** `pay.csv` → `pay.bad.csv`; nothing for standard input. */
const beside = (file: string, what: 'bad' | 'results'): string | undefined =>
  file === '-' ? undefined : `${file.replace(/\.csv$/i, '')}.${what}.csv`;
