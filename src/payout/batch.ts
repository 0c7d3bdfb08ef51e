import { isEnding, STATUSES, type Status, type WaitingFor } from './status.js';

/** What a batch has come to, row by row counted. */
export interface Progress {
  readonly total: number;
  /** Rows that are not claimed yet. */
  readonly waiting: number;
  /** Rows whose reference stands for something else, or differs from another only in case. */
  readonly refused: number;
  readonly byStatus: Readonly<Partial<Record<Status, number>>>;
  /** Claimed rows that have not ended, by what they wait for. */
  readonly byWait: Readonly<Partial<Record<WaitingFor, number>>>;
}

/** How many rows may still change: those that are not claimed yet, and those that have not ended. */
export function countOpen({ total, refused, byStatus }: Progress): number {
  const ended = ENDINGS.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
  return total - refused - ended;
}

const ENDINGS = STATUSES.filter(isEnding);
