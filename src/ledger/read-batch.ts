import { sql, type Kysely } from 'kysely';
import type { Progress } from '../payout/batch.js';
import type { PayoutRequest } from '../payout/request.js';
import { progressQuery } from './progress-query.js';
import { unreachableAsSuch } from './unreachable.js';

/** What is known of a batch, or nothing. A read-only connection is enough, as for all of these. */
export async function readBatch(
  db: Kysely<unknown>,
  batchId: string,
): Promise<{ readonly total: number; readonly columns: readonly string[] } | undefined> {
  const { rows } = await unreachableAsSuch(
    sql<{ total: number; columns: string[] }>`
      select coalesce(total, 0) as total, columns from batches where id = ${batchId}`.execute(db),
  );
  return rows[0];
}

export async function readBatchProgress(db: Kysely<unknown>, batchId: string): Promise<Progress | undefined> {
  const { rows } = await unreachableAsSuch(progressQuery(batchId).execute(db));
  return rows[0];
}

export interface BatchRowRead {
  readonly index: number;
  readonly request: PayoutRequest;
  readonly input: Readonly<Record<string, string>>;
  /** Why it was not claimed. */
  readonly refusal?: string;
}

const PAGE = 1_000;

/** Its rows in the order of the file, page by page. */
export async function* readBatchRows(db: Kysely<unknown>, batchId: string): AsyncIterable<BatchRowRead> {
  for (let after = -1; ;) {
    const { rows } = await unreachableAsSuch(
      sql<BatchRowRead & { refusal: string | null }>`
        select index, request, input, refusal from batch_rows
        where batch_id = ${batchId} and index > ${after} order by index limit ${PAGE}`.execute(db),
    );
    for (const { refusal, ...row } of rows) yield { ...row, ...(refusal === null ? {} : { refusal }) };
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.index ?? after;
  }
}
