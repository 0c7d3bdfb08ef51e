import { decide, type Rules } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import { nextState } from '../../src/ledger/next-state.js';
import type { BulkCalls } from '../../src/providers/provider.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { ServedAccount } from '../deps.js';
import { rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import type { GroupDeps } from './input.js';
import { lookTogether } from './look-together.js';

const FIRST_PAUSE_MS = 150;

/** Whose end comes within seconds, as it stands. */
type IsExpected = (facts: Facts, rules: Pick<Rules, 'isWatched'>) => boolean;

/** Keeps reading the lists for a moment where the end comes within seconds: one reading shows all of them. */
export async function followTogether(
  deps: GroupDeps,
  served: ServedAccount,
  reads: Pick<BulkCalls, 'lookUp'>,
  { ledgerId }: GroupInput,
  paid: readonly RuledFacts[],
  isExpected: IsExpected,
): Promise<void> {
  const { provider } = served;
  const untilMs = deps.clock.monotonicMs() + provider.followMs;
  let expected = paid.map(asRuled).filter((facts) => isExpected(facts, provider));
  for (let pauseMs = FIRST_PAUSE_MS; expected.length > 0 && !served.pace?.isBusy; pauseMs *= 2) {
    if (deps.clock.monotonicMs() + pauseMs > untilMs) return;
    await deps.clock.sleep(pauseMs);
    const sightings = await lookTogether(reads, expected);
    expected = await deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const rules: Rules = { ...rulesFor(served, standing), actsForAll: true };
      const all = await tx.factsOfAll(expected.map(({ claim }) => claim.reference));
      const ruled = all.flatMap((facts): readonly RuledFacts[] => {
        const sighting = sightings.get(facts.claim.reference);
        if (sighting?.kind !== 'present') return [];
        const ruling = decide(facts, rules, { kind: 'sighting', sighting });
        return ruling.status === facts.state.status ? [] : [{ facts, ruling }];
      });
      await tx.recordRulings(ruled);
      const moved = new Map(ruled.map((one) => [one.facts, asRuled(one)]));
      return all.map((facts) => moved.get(facts) ?? facts).filter((facts) => isExpected(facts, provider));
    });
  }
}

/** As it stands once the ruling is written down. */
const asRuled = ({ facts, ruling }: RuledFacts): Facts => ({ ...facts, state: nextState(facts, ruling) });
