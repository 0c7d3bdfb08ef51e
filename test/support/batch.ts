import type { BatchProgress, Batches, BatchRow } from '../../src/batch/engine.js';
import { createBatches } from '../../src/client/batches.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { shortId } from './requests.js';
import type { TestStack } from './stack.js';
import { until } from './until.js';

const toRow = (request: object): BatchRow => ({
  request: parseRequest(request),
  input: Object.fromEntries(Object.entries(request).map(([name, value]) => [name, String(value)])),
});

export const manifestRow = (reference: string, more: object = {}): BatchRow =>
  toRow({
    reference,
    provider: 'manifest',
    accountConnection: 'acon_any',
    amountMinor: 1500,
    currency: 'USD',
    ...more,
  });

export const prolificRow = (reference: string, study: string, n: number, more: object = {}): BatchRow =>
  toRow({
    reference,
    provider: 'prolific',
    studyId: study,
    submissionId: `${study}-${n}`,
    amountMinor: 250,
    currency: 'GBP',
    ...more,
  });

export const respondentRow = (reference: string, more: object = {}): BatchRow =>
  toRow({
    reference,
    provider: 'respondent',
    projectId: 'project',
    screenerResponseId: `response${shortId()}`,
    payoutCount: 1,
    ...more,
  });

export const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** Batches as a test sees them: started, awaited, compared with what was really paid. */
export interface BatchBench {
  readonly batches: Batches;
  start(id: string, rows: readonly BatchRow[]): ReturnType<Batches['start']>;
  ended(id: string): Promise<BatchProgress>;
  until(id: string, isSo: (progress: BatchProgress) => boolean): Promise<BatchProgress>;
  agree(rows: readonly BatchRow[]): Promise<void>;
}

/** `withinMs`: how long it may take, where workers are killed and have to be missed first. */
export function batchBench(stack: TestStack, withinMs?: number): BatchBench {
  const { client, env, ledger } = stack;
  const batches = createBatches({ client, taskQueue: env['PAYOUTS_TASK_QUEUE'] ?? '', db: ledger.db });
  const waitUntil = async (id: string, isSo: (progress: BatchProgress) => boolean): Promise<BatchProgress> =>
    (await until(
      () => batches.progress(id),
      (progress) => progress !== undefined && isSo(progress),
      undefined,
      withinMs,
    )) as BatchProgress;
  return {
    batches,
    start: (id, rows) => batches.start(id, { columns: Object.keys(rows[0]?.input ?? {}), rows }),
    ended: (id) => waitUntil(id, ({ ended }) => ended),
    until: waitUntil,
    agree: (rows) => stack.expectAgreement(...rows.map(({ request }) => request.reference)),
  };
}
