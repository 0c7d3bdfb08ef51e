import { fieldsOf } from '../src/payout/change.js';
import { decide } from '../src/payout/decide.js';
import { cancelWanted, changeToCarry } from '../src/payout/wanted.js';
import type { Sighting } from '../src/payout/outcome.js';
import type { StepInput, View } from '../src/payout/view.js';
import { askAgain } from '../src/payout/waits.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { hostDiffers, rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';
import { askedAt, look } from './look-up.js';
import { haveWatched } from './submit.js';
import type { Facts } from '../src/payout/facts.js';

/** Carries a decision (a cancel, a change) to a provider that already has the payout. Believes only what is read back. */
export const amend =
  (deps: Deps) =>
  async ({ reference, ledgerId }: StepInput): Promise<View> => {
    const facts = await deps.ledger.transaction(async (tx) => {
      await expectStanding(tx, ledgerId);
      return recallFacts(tx, reference);
    });
    const served = serve(deps, facts.claim.provider, facts.claim.account);
    const sighting = await amendAtProvider(served, facts);
    const view = await deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const now = await recallFacts(tx, reference);
      const rules = rulesFor(served, standing);
      const ruling = decide(now, rules, { kind: 'sighting', sighting });
      // It does not show what was asked for: it is asked again, but not in a tight circle.
      const again = ruling.next.do === 'amend' ? askAgain(now, rules, sighting) : {};
      return record(tx, standing, now, { ...ruling, ...again });
    });
    await haveWatched(deps, served, view);
    return view;
  };

async function amendAtProvider(served: ServedAccount, facts: Facts): Promise<Sighting> {
  const { account } = served;
  const { providerReference } = facts.state;
  if (providerReference === null || hostDiffers(facts.claim, served) !== undefined)
    return look(served, { facts, controls: [] });
  const change = changeToCarry(facts);
  if (cancelWanted(facts) && account.cancel) return askedAt(await account.cancel(providerReference), facts.nowMs);
  if (fieldsOf(change).length > 0 && account.amend)
    return askedAt(await account.amend(providerReference, facts.claim.request, change), facts.nowMs);
  return look(served, { facts, controls: [] });
}
