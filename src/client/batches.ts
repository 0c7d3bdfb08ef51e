import { gzipSync } from 'node:zlib';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import type { Kysely } from 'kysely';
import type { Batches, BatchRow, BatchStarted } from '../batch/engine.js';
import { readBatches } from '../batch/read-batches.js';
import { readBatch } from '../ledger/read-batch.js';
import { batchWorkflowId } from '../payout/batch-input.js';
import { BatchConflict } from '../payout/errors.js';
import { addUpdate, beginUpdate } from '../../workflows/messages.js';
import { PAYOUT_BATCH } from '../../workflows/search-attributes.js';

export interface BatchesOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** The ledger; a read-only user is enough. */
  readonly db: Kysely<unknown>;
}

/** Each message is a step of the workflow: few of them, and each far below what Temporal takes, which is 2 MB. */
const ROWS_PER_MESSAGE = 2_000;
const MOST_PACKED = 500_000;

/** Batches as workflows: `batch/<id>`. Their rows go over in parts, and nothing is claimed before the last of them. */
export function createBatches({ client, taskQueue, db }: BatchesOptions): Batches {
  return {
    ...readBatches(db),
    async start(batchId, { columns, rows }) {
      const send = <Result, Given>(update: UpdateDefinition<Result, [Given]>, given: Given) =>
        client.workflow
          .executeUpdateWithStart(update, { args: [given], startWorkflowOperation: startOf(batchId, taskQueue) })
          .catch(asItself(batchId));
      let isComplete = false;
      // To the last part, even where the batch is known: another file under its id may differ only there.
      for (const packed of packAll(rows)) ({ isComplete } = await send(addUpdate, { columns, packed }));
      const known = isComplete ? await readBatch(db, batchId) : undefined;
      if (known && known.total !== rows.length) throw new BatchConflict(batchId);
      await send(beginUpdate, { total: rows.length });
      return { batchId, started: !isComplete, total: rows.length } satisfies BatchStarted;
    },
  } satisfies Batches;
}

/**
 * For each message: one workflow may end between two of them, and a new one finds out that nothing is left to do.
 */
const startOf = (batchId: string, taskQueue: string) =>
  new WithStartWorkflowOperation('batch', {
    workflowId: batchWorkflowId(batchId),
    taskQueue,
    args: [{ batchId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [{ key: PAYOUT_BATCH, value: [batchId] }],
    staticSummary: `batch ${batchId}`,
  });

/** All rows, in messages. */
export function* packAll(rows: readonly BatchRow[]): Iterable<string> {
  for (let from = 0, count = ROWS_PER_MESSAGE; from < rows.length;) {
    const some = rows.slice(from, from + count);
    const packed = pack(some, from);
    if (packed.length > MOST_PACKED && some.length > 1) count = Math.ceil(some.length / 2);
    else {
      yield packed;
      from += some.length;
    }
  }
}

const pack = (rows: readonly BatchRow[], from: number): string =>
  gzipSync(JSON.stringify(rows.map((row, place) => ({ ...row, index: from + place })))).toString('base64');

const asItself =
  (batchId: string) =>
  (error: unknown): never => {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    if (cause instanceof ApplicationFailure && cause.type === 'BatchConflict') throw new BatchConflict(batchId);
    throw error;
  };
