import { decide, type News, type Rules } from '../../src/payout/decide.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import { isEnding } from '../../src/payout/status.js';
import type { BulkOutcome } from '../../src/providers/provider.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { ServedAccount } from '../deps.js';
import { insist } from '../insist.js';
import { rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import { withOutcome } from '../with-outcome.js';
import type { GroupDeps } from './input.js';
import type { SharedOpened } from './open-shared.js';

/** Writes the outcome down, once for all, and what it means for each of them. */
export function recordSharedOutcome(
  deps: GroupDeps,
  served: ServedAccount,
  { ledgerId }: GroupInput,
  { exchangeId, requests, caller }: SharedOpened & { kind: 'opened' },
  { outcome, sightings }: BulkOutcome,
): Promise<readonly RuledFacts[]> {
  return insist(deps, () =>
    deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const rules: Rules = { ...rulesFor(served, standing), actsForAll: true };
      const before = await tx.factsOfAll(requests.map(({ reference }) => reference));
      await tx.recordOutcome(exchangeId, outcome);
      if (served.provider.preparation !== 'none') await tx.leaveLanes(caller, 'leased');
      const ruled = before.map((one): RuledFacts => {
        const facts = withOutcome(one, exchangeId, outcome);
        const sighting = sightings.get(facts.claim.reference);
        // A reply that was written down late shows what was true minutes ago: of an ended payout that is no news.
        const isNews = sighting !== undefined && !isEnding(facts.state.status);
        const news: News = isNews ? { kind: 'sighting', sighting } : { kind: 'none' };
        return { facts, ruling: decide(facts, rules, news) };
      });
      await tx.recordRulings(ruled);
      return ruled;
    }),
  );
}
