import type { Facts } from '../src/payout/facts.js';
import { BY_CREDENTIALS, type Identified } from '../src/providers/provider.js';
import type { LedgerTransaction } from '../src/ledger/transaction.js';
import type { Deps, ServedAccount } from './deps.js';
import { hashCredentials } from './served.js';

const TRIES = 60;
const PAUSE_MS = 100;

/** Waits a moment for the lanes. Returns who is still before us, or nobody. */
export async function enterLanes(
  { ledger, clock }: Deps,
  served: ServedAccount,
  identity: Identified,
  reference: string,
): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const before = await ledger.transaction(async (tx) => {
      // The payout before its lanes, as everywhere: two steps of one payout never wait for each other inside them.
      await tx.facts(reference);
      return whoIsBefore(tx, served, identity, reference);
    });
    if (before === undefined || tries === TRIES) return before;
    await clock.sleep(PAUSE_MS);
  }
}

/** Who is served before us, or nobody. The subject's lane comes first: its holder may wait for the call lane, never the other way round. */
export async function whoIsBefore(
  tx: LedgerTransaction,
  { account, timing }: ServedAccount,
  { subjectLane, callLane, rank }: Identified,
  reference: string,
): Promise<string | undefined> {
  if (subjectLane !== undefined) {
    const place = await tx.enterLane(subjectLane, reference, rank ?? 0);
    if (!place.served) return place.servedReference;
  }
  if (callLane !== undefined) {
    // Long enough for the set-up, the call and their time-outs; a caller that dies frees the lane by it.
    const servedMs = timing.sendByMs + 4 * timing.httpTimeoutMs;
    const lane = callLane.includes(BY_CREDENTIALS)
      ? callLane.replace(BY_CREDENTIALS, hashCredentials(account.secret, (await tx.standing()).salt))
      : callLane;
    const place = await tx.enterLane(lane, reference, 0, { waitingMs: 2 * timing.pollMs + 1_000, servedMs });
    if (!place.served) return place.servedReference;
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
