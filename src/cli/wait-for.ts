import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidRequest, NotFound, ReferenceConflict } from '../payout/errors.js';
import type { Show } from '../payout/show.js';
import { isEnding } from '../payout/status.js';
import { isSettled } from './decide-wait.js';
import { toTold } from './errors.js';
import { EXIT } from './exit-codes.js';
import { inParallel } from './in-parallel.js';
import { NotInLedger } from './not-in-ledger.js';
import { tellWaiting } from './tell-waiting.js';
import { isShow, type Waited } from './waited.js';

type Read = (reference: string) => Promise<Show>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** How long a payout that was started elsewhere may be missing in the ledger. */
const UNKNOWN_FOR_MS = 3_000;
/** A restart of the database or of the server is outlasted. */
const UNREACHABLE_FOR_MS = 60_000;

/** Asks again and again until every payout has ended, only a person can go on, or the time is up. */
export async function waitFor(
  read: Read,
  references: readonly string[],
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<readonly Waited[]> {
  const startedAt = performance.now();
  const passedMs = () => performance.now() - startedAt;
  const known = new Map<string, Waited>();
  const tell = tellWaiting(references.length);
  let reachedAtMs = 0;

  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const mayBeMissing = passedMs() < Math.min(UNKNOWN_FOR_MS, timeoutMs);
    const open = references.filter((reference) => isOpen(known.get(reference)));
    try {
      await inParallel(open, async (reference) => {
        const waited = await look(read, reference, mayBeMissing);
        if (waited) known.set(reference, waited);
      });
      reachedAtMs = passedMs();
    } catch (error) {
      const isPatient = known.size > 0 && passedMs() - reachedAtMs < UNREACHABLE_FOR_MS && passedMs() < timeoutMs;
      if (!isPatient || toTold(error).exit !== EXIT.unreachable) throw error;
    }
    const waited = references.flatMap((reference) => known.get(reference) ?? []);
    const isComplete = waited.length === references.length;
    if (isComplete && (isSettled(waited.filter(isShow)) || passedMs() >= timeoutMs)) return waited;
    tell(waited.filter(isShow));
    await sleep(Math.min(pauseMs, Math.max(0, timeoutMs - passedMs())));
  }
}

const isOpen = (waited: Waited | undefined): boolean =>
  waited === undefined || (isShow(waited) && !isEnding(waited.status));

/** Nothing: it may only be missing yet. */
async function look(read: Read, reference: string, mayBeMissing: boolean): Promise<Waited | undefined> {
  try {
    return await read(reference);
  } catch (error) {
    if (error instanceof NotInLedger && mayBeMissing) return undefined;
    const isAboutThisOne =
      error instanceof NotFound || error instanceof InvalidRequest || error instanceof ReferenceConflict;
    if (!isAboutThisOne) throw error;
    return { reference, error: toTold(error) };
  }
}
