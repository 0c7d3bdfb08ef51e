import type { Facts } from '../../src/payout/facts.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import type { Outcome } from '../../src/payout/outcome.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { Permit } from '../../src/providers/pace.js';
import type { Identified, SharedReads } from '../../src/providers/provider.js';
import { startDeadline, TOO_LATE } from '../deadline.js';
import type { ServedAccount } from '../deps.js';
import type { Ready } from '../make-ready.js';
import type { GroupDeps } from './input.js';
import { enterAll } from './make-shared-ready.js';
import { openEach } from './open-each.js';
import { createRecorder } from './record-each.js';

export interface PaidEach {
  /** What came of those that were asked for. */
  readonly ruled: readonly RuledFacts[];
  /** The account's limit let no more of them through. */
  readonly postponed: readonly string[];
}

/**
 * Makes first calls, one for each of a few payouts, with what can be shared between them: the lanes are entered together, one reading
 * tells of all, and the ledger is written for all. Who is in neither list of the answer goes alone.
 */
export async function payEach(
  deps: GroupDeps,
  served: ServedAccount,
  reads: SharedReads,
  input: GroupInput & { readonly ledgerId: string },
  few: readonly Facts[],
): Promise<PaidEach> {
  const rows = await identify(served, few);
  // Who is not served now waits for it alone.
  const waiting = await deps.ledger.transaction((tx) => enterAll(tx, few, rows));
  const ready = await prepare(
    reads,
    rows.filter(({ request }) => !waiting.includes(request.reference)),
  );
  if (ready.size === 0) return { ruled: [], postponed: [] };
  const permits = await takePermits(served, ready.size);
  try {
    const now = new Map([...ready].slice(0, permits?.length));
    const deadline = startDeadline(deps.clock, served.timing.sendByMs);
    const opened = await openEach(deps, served, input, deadline, now);
    const record = createRecorder(deps, served, input.ledgerId);
    const settled = await Promise.allSettled(
      opened.map(async (one, index) => {
        const outcome: Outcome = deadline.passed(deps.clock)
          ? TOO_LATE
          : await served.account.pay(one.call, one.idempotencyKey, permits?.[index]);
        return record({ ...one, outcome });
      }),
    );
    // Every outcome had its try to be written down before any error is told.
    const ruled = settled.flatMap((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    return { ruled, postponed: [...ready.keys()].filter((reference) => !now.has(reference)) };
  } finally {
    for (const permit of permits ?? []) permit.end();
  }
}

interface Row {
  readonly request: PayoutRequest;
  readonly identity: Identified;
}

async function identify({ account }: ServedAccount, few: readonly Facts[]): Promise<readonly Row[]> {
  const rows = await Promise.all(
    few.map(async (facts): Promise<readonly Row[]> => {
      const identity = await account.identify(facts.claim.request);
      // One call at a time is no matter of several.
      if (identity.kind !== 'identified' || identity.callLane !== undefined) return [];
      return [{ request: wantedRequest(facts), identity }];
    }),
  );
  return rows.flat();
}

async function prepare(reads: SharedReads, rows: readonly Row[]): Promise<ReadonlyMap<string, Ready>> {
  const prepared = rows.length === 0 ? new Map() : await reads.prepare(rows);
  return new Map(
    rows.flatMap(({ request, identity }): readonly (readonly [string, Ready])[] => {
      const preparation = prepared.get(request.reference);
      if (preparation?.kind !== 'prepared') return [];
      const { call, snapshot } = preparation;
      const ready: Ready = { kind: 'ready', identity, call, snapshot: snapshot ?? null, composedFrom: request };
      return [[request.reference, ready]];
    }),
  );
}

/** Waited for before the transaction; undefined: the account has no limit. As many as are free at once, and one at least. */
async function takePermits({ pace }: ServedAccount, most: number): Promise<readonly Permit[] | undefined> {
  if (!pace) return undefined;
  const permits = [await pace.take()];
  while (permits.length < most) {
    const permit = await pace.takeNow();
    if (!permit) break;
    permits.push(permit);
  }
  return permits;
}
