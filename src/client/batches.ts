import { gzipSync } from 'node:zlib';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Kysely } from 'kysely';
import type { BatchContent, Batches, BatchRow, BatchStarted } from '../batch/engine.js';
import { readBatches } from '../batch/read-batches.js';
import { readBatch } from '../ledger/read-batch.js';
import { batchWorkflowId, type Added } from '../payout/batch-input.js';
import { BatchConflict } from '../payout/errors.js';
import { addUpdate, beginUpdate } from '../../workflows/messages.js';
import { PAYOUT_BATCH } from '../../workflows/search-attributes.js';

export interface BatchesOptions {
  readonly client: Client;
  readonly taskQueue: string;
  /** The ledger; a read-only user is enough. */
  readonly db: Kysely<unknown>;
}

/** Far below the most that Temporal takes in one message, packed. */
const ROWS_PER_MESSAGE = 500;

/** Batches as workflows: `batch/<id>`. Their rows go over in parts, and nothing is claimed before the last of them. */
export function createBatches({ client, taskQueue, db }: BatchesOptions): Batches {
  return {
    ...readBatches(db),
    async start(batchId, { columns, rows }) {
      let isComplete = false;
      // To the last part, even where the batch is known: another file under its id may differ only there.
      for (let from = 0; from < rows.length; from += ROWS_PER_MESSAGE) {
        const packed = pack(rows.slice(from, from + ROWS_PER_MESSAGE), from);
        ({ isComplete } = await add(client, taskQueue, batchId, { columns, packed }));
      }
      const known = isComplete ? await readBatch(db, batchId) : undefined;
      if (known && known.total !== rows.length) throw new BatchConflict(batchId);
      const workflow = client.workflow.getHandle(batchWorkflowId(batchId));
      await workflow.executeUpdate(beginUpdate, { args: [{ total: rows.length }] }).catch(asItself(batchId));
      return { batchId, started: !isComplete, total: rows.length } satisfies BatchStarted;
    },
  } satisfies Batches;
}

/** Starts the batch's workflow where none runs; one that has ended is started again, and finds out that nothing is left to do. */
async function add(
  client: Client,
  taskQueue: string,
  batchId: string,
  rows: { readonly columns: BatchContent['columns']; readonly packed: string },
): Promise<Added> {
  const startWorkflowOperation = new WithStartWorkflowOperation('batch', {
    workflowId: batchWorkflowId(batchId),
    taskQueue,
    args: [{ batchId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [{ key: PAYOUT_BATCH, value: [batchId] }],
    staticSummary: `batch ${batchId}`,
  });
  return client.workflow
    .executeUpdateWithStart(addUpdate, { args: [rows], startWorkflowOperation })
    .catch(asItself(batchId));
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
