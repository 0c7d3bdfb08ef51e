import { setTimeout as sleep } from 'node:timers/promises';
import type { Batches, BatchProgress } from '../../batch/engine.js';
import { countOpen } from '../../payout/batch.js';
import { toTold } from '../errors.js';
import { EXIT } from '../exit-codes.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 500;
/** A restart of the database or of the server is outlasted. */
const UNREACHABLE_FOR_MS = 60_000;

export interface FollowOptions {
  readonly batchId: string;
  readonly timeoutMs?: number;
  readonly interrupted: Promise<NodeJS.Signals>;
  readonly show: (progress: BatchProgress) => void;
}

export type Followed =
  | { readonly kind: 'ended' | 'people' | 'timeout'; readonly progress: BatchProgress }
  | { readonly kind: 'interrupted'; readonly signal: NodeJS.Signals };

/** Looks again and again until every row has ended, only people can go on, the time is up, or somebody wants to leave. */
export async function followBatch(
  batches: Pick<Batches, 'progress'>,
  { batchId, timeoutMs = Number.POSITIVE_INFINITY, interrupted, show }: FollowOptions,
): Promise<Followed> {
  const startedAt = performance.now();
  const left = interrupted.then((signal) => ({ kind: 'interrupted', signal }) as const);
  let known: BatchProgress | undefined;
  let reachedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const looked = await Promise.race([left, look(batches, batchId)]);
    if (looked.kind === 'interrupted') return looked;
    if (looked.kind === 'unreachable') {
      const isPatient = known !== undefined && performance.now() - reachedAt < UNREACHABLE_FOR_MS;
      if (!isPatient) throw looked.error;
    } else {
      known = looked.progress;
      reachedAt = performance.now();
      show(known);
      if (known.ended) return { kind: 'ended', progress: known };
      if (isForPeople(known)) return { kind: 'people', progress: known };
    }
    const restMs = timeoutMs - (performance.now() - startedAt);
    if (restMs <= 0 && known) return { kind: 'timeout', progress: known };
    const slept = await Promise.race([left, sleep(Math.min(pauseMs, Math.max(0, restMs)))]);
    if (slept) return slept;
  }
}

async function look(batches: Pick<Batches, 'progress'>, batchId: string) {
  try {
    const progress = await batches.progress(batchId);
    if (!progress) throw new Error(`the ledger lost batch ${batchId}`);
    return { kind: 'looked', progress } as const;
  } catch (error) {
    if (toTold(error).exit !== EXIT.unreachable) throw error;
    return { kind: 'unreachable', error } as const;
  }
}

/** What is left is in doubt, and waits for somebody to look at the provider. */
function isForPeople(progress: BatchProgress): boolean {
  return progress.byStatus.in_doubt === countOpen(progress) && (progress.byWait.person ?? 0) > 0;
}
