import { decide, type News } from '../../src/payout/decide.js';
import type { Outcome } from '../../src/payout/outcome.js';
import { isEnding } from '../../src/payout/status.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { ServedAccount } from '../deps.js';
import { insist } from '../insist.js';
import { rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import { seenIn } from '../submit.js';
import { withOutcome } from '../with-outcome.js';
import type { GroupDeps } from './input.js';
import type { EachOpened } from './open-each.js';

/** What a call came to. */
export interface Answered extends EachOpened {
  readonly outcome: Outcome;
}

/** Writes outcomes down as they come: whatever has come by the time the ledger is free goes there together. */
export function createRecorder(
  deps: GroupDeps,
  served: ServedAccount,
  ledgerId: string,
): (answered: Answered) => Promise<readonly RuledFacts[]> {
  let arrived: Answered[] = [];
  let before: Promise<unknown> = Promise.resolve();
  const writeArrived = async (): Promise<readonly RuledFacts[]> => {
    const together = arrived;
    arrived = [];
    return together.length === 0 ? [] : recordEach(deps, served, ledgerId, together);
  };
  return (answered) => {
    arrived.push(answered);
    // That others could not be written is theirs to tell.
    const written = before.then(writeArrived);
    before = written.catch(() => undefined);
    return written;
  };
}

function recordEach(
  deps: GroupDeps,
  served: ServedAccount,
  ledgerId: string,
  answered: readonly Answered[],
): Promise<readonly RuledFacts[]> {
  return insist(deps, () =>
    deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const rules = rulesFor(served, standing);
      const before = await tx.factsOfAll(answered.map(({ reference }) => reference));
      const ruled: RuledFacts[] = [];
      for (const one of before) {
        const { exchangeId, outcome } = answered.find(({ reference }) => reference === one.claim.reference) as Answered;
        await tx.recordOutcome(exchangeId, outcome);
        const facts = withOutcome(one, exchangeId, outcome);
        // A reply that was written down late shows what was true minutes ago: of an ended payout that is no news.
        const news: News = isEnding(one.state.status) ? { kind: 'none' } : seenIn(served, outcome);
        ruled.push({ facts, ruling: decide(facts, rules, news) });
      }
      await tx.recordRulings(ruled);
      return ruled;
    }),
  );
}
