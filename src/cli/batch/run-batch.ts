import { EXIT } from '../exit-codes.js';
import { note } from '../output.js';
import type { Env } from '../temporal.js';
import { attendBatch } from './attend-batch.js';
import { checkFile } from './check-file.js';
import { dryRun } from './dry-run.js';
import { createEmit, emitError, type Emit } from './events.js';
import { listenForInterrupt } from './listen-for-interrupt.js';
import { withKeptBatches } from './open-batches.js';
import type { AttachOrder, FileOrder, ResultsOrder } from './options.js';
import { payFile } from './pay-file.js';
import { printResults, writeResults } from './write-results.js';

/** Pays a file, looks at a batch again, or writes its results. Returns what the process ends with. */
export async function runBatch(env: Env, order: FileOrder | AttachOrder | ResultsOrder): Promise<number> {
  if (order.kind === 'file' && order.dryRun) return dryRun(env, order, await checkFile(env, order));
  const emit = createEmit(order.json === true);
  try {
    return await carryOut(env, order, emit);
  } catch (error) {
    if (!order.json) throw error;
    return emitError(emit, error);
  }
}

function carryOut(env: Env, order: FileOrder | AttachOrder | ResultsOrder, emit: Emit): Promise<number> {
  switch (order.kind) {
    case 'file':
      return payFile(env, order, emit);
    case 'attach':
      return attach(env, order, emit);
    case 'results':
      return showResults(env, order, emit);
    default:
      return order satisfies never;
  }
}

function attach(env: Env, order: AttachOrder, emit: Emit): Promise<number> {
  return withKeptBatches(env, async (open) => {
    const interrupt = listenForInterrupt();
    try {
      return await attendBatch(open, { ...order, skipped: 0, interrupted: interrupt.heard, emit });
    } finally {
      interrupt.stop();
    }
  });
}

function showResults(env: Env, { batchId, out, json = false }: ResultsOrder, emit: Emit): Promise<number> {
  return withKeptBatches(env, async (open) => {
    if (out === undefined) await printResults(open, batchId, json, emit);
    else {
      await writeResults(open, batchId, out);
      emit('results', { batchId, results: out });
      note(`payouts: the results are in ${out}`);
    }
    return EXIT.done;
  });
}
