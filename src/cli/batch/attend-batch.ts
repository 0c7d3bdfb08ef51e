import type { Emit } from './events.js';
import { expectBatch } from './expect-batch.js';
import { followBatch } from './follow-batch.js';
import type { KeptBatches } from './open-batches.js';
import { reportFollowed } from './report-followed.js';
import { openProgressView } from './show-progress.js';
import { expectResultsFile, writeResults } from './write-results.js';

export interface AttendOptions {
  readonly batchId: string;
  /** Rows of the file that were not started. */
  readonly skipped: number;
  readonly interrupted: Promise<NodeJS.Signals>;
  readonly emit: Emit;
  readonly json?: boolean;
  readonly timeoutMs?: number;
  /** Where the results go at the end; nowhere unless given. */
  readonly out?: string;
}

/** Follows a batch that was started, shows how it goes on, and writes its results at the end. */
export async function attendBatch(open: KeptBatches, options: AttendOptions): Promise<number> {
  const { batchId, skipped, interrupted, emit, json = false, timeoutMs, out } = options;
  const description = await expectBatch(open.batches, batchId);
  if (out !== undefined) await expectResultsFile(out, description.columns);
  const view = await openProgressView(emit, json);
  const followed = await followBatch(open.batches, {
    batchId,
    interrupted,
    show: view.show,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }).finally(view.stop);
  const results = out !== undefined && hasResults(followed.kind) ? out : null;
  if (results !== null) await writeResults(open, batchId, results);
  return reportFollowed(followed, { batchId, skipped, results }, emit, json);
}

/** Not while it goes on: they would be outdated before they are read. */
const hasResults = (kind: Awaited<ReturnType<typeof followBatch>>['kind']): boolean =>
  kind === 'ended' || kind === 'people';
