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
import { isLeftToWatcher } from './standing-of.js';

const FIRST_PAUSE_MS = 150;

/** Keeps reading the lists for a moment where the end comes within seconds: one reading shows all of them. */
export async function followTogether(
  deps: GroupDeps,
  served: ServedAccount,
  bulk: BulkCalls,
  input: GroupInput,
  paid: readonly Facts[],
): Promise<void> {
  const untilMs = deps.clock.monotonicMs() + served.provider.followMs;
  const references = paid.map(({ claim }) => claim.reference);
  let expected = await readExpected(deps, served, input, references);
  for (let pauseMs = FIRST_PAUSE_MS; expected.length > 0 && !served.pace?.isBusy; pauseMs *= 2) {
    if (deps.clock.monotonicMs() + pauseMs > untilMs) return;
    await deps.clock.sleep(pauseMs);
    const sightings = await lookTogether(bulk, expected);
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
      return stillExpected(tx, rules, references);
    });
  }
}

function readExpected(
  { ledger }: GroupDeps,
  served: ServedAccount,
  { ledgerId }: GroupInput,
  references: readonly string[],
): Promise<readonly Facts[]> {
  if (served.provider.followMs === 0) return Promise.resolve([]);
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId);
    return stillExpected(tx, rulesFor(served, standing), references);
  });
}

async function stillExpected(
  tx: BatchTransaction,
  rules: Rules,
  references: readonly string[],
): Promise<readonly Facts[]> {
  return (await tx.factsOfAll(references)).filter((facts) => isLeftToWatcher(facts, rules));
}
