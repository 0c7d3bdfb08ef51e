import { countOpen } from '../payout/batch.js';
import type { BatchProgress } from './engine.js';

interface Sample {
  readonly atMs: number;
  readonly ended: number;
}

/** How fast rows have been ending lately. */
export interface Speed {
  readonly samples: readonly Sample[];
}

const WINDOW_MS = 20_000;
/** Of less time than this no rate is told: the first rows would promise too much. */
const LEAST_MS = 1_000;

/** The speed with one more look at the batch; those that are too old are dropped. */
export function nextSpeed(speed: Speed | undefined, progress: BatchProgress, atMs: number): Speed {
  const recent = (speed?.samples ?? []).filter((sample) => sample.atMs >= atMs - WINDOW_MS);
  return { samples: [...recent, { atMs, ended: endedOf(progress) }] };
}

/** Rows per second; nothing while that is not known. */
export function rateOf({ samples }: Speed): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || last.atMs - first.atMs < LEAST_MS) return undefined;
  return ((last.ended - first.ended) * 1_000) / (last.atMs - first.atMs);
}

/** How long the rest takes at this speed, milliseconds; nothing where it cannot be said. */
export function timeLeftMs(progress: BatchProgress, rate: number | undefined): number | undefined {
  const moving = countOpen(progress) - stuckOf(progress);
  if (moving <= 0) return 0;
  return rate === undefined || rate <= 0 ? undefined : (moving / rate) * 1_000;
}

/** Rows that have come to an end, one way or another. */
export const endedOf = (progress: BatchProgress): number => progress.total - countOpen(progress);

const HELD_UP = ['date', 'approval', 'operator', 'person'] as const;

/** Rows that no speed brings to an end: they wait for a date or for people. */
export const stuckOf = ({ byWait }: BatchProgress): number =>
  HELD_UP.reduce((sum, wait) => sum + (byWait[wait] ?? 0), 0);
