import type { Facts } from '../src/payout/facts.js';
import { BY_CREDENTIALS, type Identified } from '../src/providers/provider.js';
import type { LanePlace, LedgerTransaction } from '../src/ledger/transaction.js';
import type { Deps, ServedAccount } from './deps.js';
import { hashCredentials } from './served.js';

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A call lane moves on by seconds; the lane of a subject may be held for days. */
const PATIENCE_MS = { call: 30_000, subject: 6_000 };
/** The place of one who does not come back is kept for so long. */
const WAITING_MS = 2 * LONGEST_PAUSE_MS + 2_000;

/**
 * Waits a moment for the lanes. Returns who is still before us, or nobody. Who has many before it asks rarely: a thousand that are due
 * at one instant would otherwise keep the lane, and the ledger, busy with nothing but asking.
 */
export async function enterLanes(
  { ledger, clock }: Deps,
  served: ServedAccount,
  identity: Identified,
  reference: string,
): Promise<string | undefined> {
  const sinceMs = clock.monotonicMs();
  for (;;) {
    const before = await ledger.transaction(async (tx) => {
      // The payout before its lanes, as everywhere: two steps of one payout never wait for each other inside them.
      await tx.facts(reference);
      return placeOf(tx, served, identity, reference);
    });
    if (before === undefined) return undefined;
    const leftMs = sinceMs + PATIENCE_MS[before.kind] - clock.monotonicMs();
    if (leftMs <= 0) {
      if (before.kind === 'call') await standAside(ledger, before.lane, reference);
      return before.servedReference;
    }
    const pauseMs = Math.min(PAUSE_MS * Math.max(1, before.ahead), LONGEST_PAUSE_MS, leftMs);
    await clock.sleep(Math.max(PAUSE_MS, pauseMs));
  }
}

/** Keeps the place in the order, and lets those behind go first until we are back: nobody is to wait for one who is not there. */
const standAside = (ledger: Deps['ledger'], lane: string, reference: string): Promise<unknown> =>
  ledger.transaction(async (tx) => {
    await tx.facts(reference);
    await tx.enterLane(lane, reference, 0, { waitingMs: 0, servedMs: 0 });
  });

/** Who is served before us, or nobody. */
export const whoIsBefore = async (...asked: Parameters<typeof placeOf>): Promise<string | undefined> =>
  (await placeOf(...asked))?.servedReference;

interface Behind extends LanePlace {
  readonly kind: 'subject' | 'call';
  readonly lane: string;
}

/** Where we wait, if we do. The subject's lane comes first: its holder may wait for the call lane, never the other way round. */
async function placeOf(
  tx: LedgerTransaction,
  { account, timing }: ServedAccount,
  { subjectLane, callLane, rank }: Identified,
  reference: string,
): Promise<Behind | undefined> {
  if (subjectLane !== undefined) {
    const place = await tx.enterLane(subjectLane, reference, rank ?? 0);
    if (!place.served) return { ...place, kind: 'subject', lane: subjectLane };
  }
  if (callLane !== undefined) {
    // Long enough for the set-up, the call and their time-outs; a caller that dies frees the lane by it.
    const servedMs = timing.sendByMs + 4 * timing.httpTimeoutMs;
    const lane = callLane.includes(BY_CREDENTIALS)
      ? callLane.replace(BY_CREDENTIALS, hashCredentials(account.secret, (await tx.standing()).salt))
      : callLane;
    const place = await tx.enterLane(lane, reference, 0, { waitingMs: WAITING_MS, servedMs });
    if (!place.served) return { ...place, kind: 'call', lane };
  }
  return undefined;
}

const SHORTEST_GRACE_MS = 3_000;

/** Payouts of one file are claimed within moments of each other, in any order: an earlier one gets the time to appear. */
export async function earlierOneIsOpen(
  { ledger }: Deps,
  { timing }: ServedAccount,
  { claim }: Facts,
  { subjectLane, rank }: Identified,
): Promise<boolean> {
  if (subjectLane === undefined || rank === undefined) return false;
  return ledger.transaction(async (tx) => {
    const { nowMs } = await tx.standing();
    await tx.facts(claim.reference);
    const { lowerRankWaits } = await tx.enterLane(subjectLane, claim.reference, rank);
    return lowerRankWaits || nowMs < claim.claimedAtMs + Math.max(SHORTEST_GRACE_MS, 2 * timing.pollMs);
  });
}
