import { decide, type Rules } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import type { BulkCalls } from '../../src/providers/provider.js';
import type { BatchTransaction, RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { ServedAccount } from '../deps.js';
import { rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import type { GroupDeps } from './input.js';
import { lookTogether } from './look-together.js';

const FIRST_PAUSE_MS = 150;

/** Whose end comes within seconds, as it stands. */
type IsExpected = (facts: Facts, rules: Rules) => boolean;

/** Keeps reading the lists for a moment where the end comes within seconds: one reading shows all of them. */
export async function followTogether(
  deps: GroupDeps,
  served: ServedAccount,
  reads: Pick<BulkCalls, 'lookUp'>,
  input: GroupInput,
  paid: readonly Facts[],
  isExpected: IsExpected,
): Promise<void> {
  const untilMs = deps.clock.monotonicMs() + served.provider.followMs;
  const references = paid.map(({ claim }) => claim.reference);
  let expected = await readExpected(deps, served, input, references, isExpected);
  for (let pauseMs = FIRST_PAUSE_MS; expected.length > 0 && !served.pace?.isBusy; pauseMs *= 2) {
    if (deps.clock.monotonicMs() + pauseMs > untilMs) return;
    await deps.clock.sleep(pauseMs);
    const sightings = await lookTogether(reads, expected);
    expected = await deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, input.ledgerId);
      const rules: Rules = { ...rulesFor(served, standing), actsForAll: true };
      const all = await tx.factsOfAll(expected.map(({ claim }) => claim.reference));
      const ruled = all.flatMap((facts): readonly RuledFacts[] => {
        const sighting = sightings.get(facts.claim.reference);
        if (sighting?.kind !== 'present') return [];
        const ruling = decide(facts, rules, { kind: 'sighting', sighting });
        return ruling.status === facts.state.status ? [] : [{ facts, ruling }];
      });
      await tx.recordRulings(ruled);
      return stillExpected(tx, rules, references, isExpected);
    });
  }
}

function readExpected(
  { ledger }: GroupDeps,
  served: ServedAccount,
  { ledgerId }: GroupInput,
  references: readonly string[],
  isExpected: IsExpected,
): Promise<readonly Facts[]> {
  if (served.provider.followMs === 0 || references.length === 0) return Promise.resolve([]);
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId);
    return stillExpected(tx, rulesFor(served, standing), references, isExpected);
  });
}

async function stillExpected(
  tx: BatchTransaction,
  rules: Rules,
  references: readonly string[],
  isExpected: IsExpected,
): Promise<readonly Facts[]> {
  return (await tx.factsOfAll(references)).filter((facts) => isExpected(facts, rules));
}
