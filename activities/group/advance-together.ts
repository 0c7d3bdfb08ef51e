import type { News } from '../../src/payout/decide.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import type { Sighting } from '../../src/payout/outcome.js';
import type { BulkCalls, BulkOutcome } from '../../src/providers/provider.js';
import type { Permit } from '../../src/providers/pace.js';
import { startDeadline, TOO_LATE, type Deadline } from '../deadline.js';
import type { ServedAccount } from '../deps.js';
import { expectStanding } from '../standing.js';
import { followTogether } from './follow-together.js';
import type { GroupDeps } from './input.js';
import { lookTogether } from './look-together.js';
import { makeSharedReady, type SharedReady } from './make-shared-ready.js';
import { openShared, type SharedOpened } from './open-shared.js';
import { recordSharedOutcome } from './record-shared-outcome.js';
import { isLeftToWatcher, pauseOf, type Turn } from './standing-of.js';

/** A refused row, a canceled one or one that left begins it anew without it; more than this in one step is left to the next. */
const MOST_ROUNDS = 12;

/** Pays by calls that ask for several payouts at once, as far as that can be done now. */
export async function advanceTogether(
  deps: GroupDeps,
  served: ServedAccount,
  bulk: BulkCalls,
  input: GroupInput,
): Promise<Turn> {
  let sightings: ReadonlyMap<string, Sighting> | undefined;
  let ready: SharedReady | undefined;
  const hindered = new Map<string, News>();
  const gone = new Set<string>();
  for (let round = 1; ; round += 1) {
    // Waited for before: between the transaction and the request there is nothing to wait for.
    const permit = ready || served.provider.preparation === 'none' ? await served.pace?.take() : undefined;
    try {
      const deadline = startDeadline(deps.clock, served.timing.sendByMs);
      const opened = await openShared(deps, served, input, bulk, deadline, {
        hindered,
        ...(sightings ? { sightings } : {}),
        ...(ready ? { ready } : {}),
      });
      if (opened.kind !== 'to_look') {
        for (const reference of opened.left.leaving) gone.add(reference);
        if (gone.size > 0) await deps.ledger.transaction((tx) => tx.handOver([...gone], null));
      }
      if (opened.kind === 'resting' || round === MOST_ROUNDS) return turnOf(deps, served, input, opened, [...gone]);
      ready = undefined;
      if (opened.kind === 'to_look') sightings = await lookTogether(bulk, opened.facts);
      else if (opened.kind === 'to_ready') {
        const made = await makeSharedReady(deps, served, bulk, opened.facts, opened.repeated);
        if (made.kind === 'ready') ready = made.ready;
        else if (made.kind === 'apart') {
          for (const reference of made.references) gone.add(reference);
          await deps.ledger.transaction((tx) => tx.handOver(made.references, null));
        } else for (const reference of made.references) hindered.set(reference, made.news);
      } else {
        await payTogether(deps, served, bulk, input, opened, deadline, permit);
        sightings = undefined;
      }
    } finally {
      permit?.end();
    }
  }
}

async function payTogether(
  deps: GroupDeps,
  served: ServedAccount,
  bulk: BulkCalls,
  input: GroupInput,
  opened: SharedOpened & { kind: 'opened' },
  deadline: Deadline,
  permit: Permit | undefined,
): Promise<void> {
  const { call, idempotencyKey, requests } = opened;
  const answer: BulkOutcome = deadline.passed(deps.clock)
    ? { outcome: TOO_LATE, sightings: new Map() }
    : await bulk.pay(call, idempotencyKey, requests, permit);
  const ruled = await recordSharedOutcome(deps, served, input, opened, answer);
  await followTogether(deps, served, bulk, input, ruled, isLeftToWatcher);
}

async function turnOf(
  { ledger }: GroupDeps,
  { timing }: ServedAccount,
  { carrier, ledgerId }: GroupInput,
  opened: SharedOpened,
  leaving: readonly string[],
): Promise<Turn> {
  const { open, id } = await ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId);
    return { open: (await tx.openOf(carrier, 1_000)).length, id: standing.ledgerId };
  });
  const ruled =
    opened.kind === 'resting' ? opened.ruled.filter(({ facts }) => !leaving.includes(facts.claim.reference)) : [];
  // Rounds ran out: there is more to do, but not in a tight circle.
  const pause = opened.kind === 'resting' ? pauseOf(ruled) : { pauseMs: timing.pollMs };
  const isWatched = opened.kind !== 'to_look' && opened.left.isWatched;
  return { open, leaving, isWatched, ledgerId: id, ...pause };
}
