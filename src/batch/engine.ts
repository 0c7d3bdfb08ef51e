import type { Progress } from '../payout/batch.js';
import type { PayoutRequest } from '../payout/request.js';

/** One row of a file: what it asks for, and the cells that it was read from, by column. */
export interface BatchRow {
  readonly request: PayoutRequest;
  readonly input: Readonly<Record<string, string>>;
}

/** What is kept of a row, so that its results can be written when the file is gone. */
export interface KeptRow extends BatchRow {
  /** Its place in the file, from 0. */
  readonly index: number;
  /** Why it was not claimed, where the engine refused it. */
  readonly refusal?: string;
}

/** What a file asks for, whole. */
export interface BatchContent {
  /** The file's columns, in its order. */
  readonly columns: readonly string[];
  readonly rows: readonly BatchRow[];
}

export interface BatchStarted {
  readonly batchId: string;
  /** False where the same batch was there already: then it goes on. */
  readonly started: boolean;
  readonly total: number;
}

export interface BatchProgress extends Progress {
  /** Every row was refused or has reached an ending. */
  readonly ended: boolean;
}

export interface BatchDescription {
  readonly total: number;
  readonly columns: readonly string[];
}

/** What pays a file: the seam between the command line and the engine. */
export interface Batches {
  /**
   * Starts a batch, or joins the one with this id. Once it returns, the batch goes on by itself. Throws `BatchConflict` where the
   * id stands for other rows (see `batchIdOf`: metadata and cells are not content).
   */
  start(batchId: string, content: BatchContent): Promise<BatchStarted>;
  /** Nothing where no batch has this id. */
  describe(batchId: string): Promise<BatchDescription | undefined>;
  /** Nothing where no batch has this id. */
  progress(batchId: string): Promise<BatchProgress | undefined>;
  /** Its rows, in the order of the file. */
  rows(batchId: string): AsyncIterable<KeptRow>;
}
