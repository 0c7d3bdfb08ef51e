import { decide, type Ruling } from '../src/payout/decide.js';
import { cancelWanted, payableFrom } from '../src/payout/wanted.js';
import type { Sighting } from '../src/payout/outcome.js';
import type { StepInput, View } from '../src/payout/view.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';
import { askedAt, look } from './look-up.js';
import type { Facts } from '../src/payout/facts.js';

/** Carries a decision (cancel, another date) to a provider that already has the payout. Believes only what is read back. */
export const amend =
  (deps: Deps) =>
  async ({ reference, ledgerId }: StepInput): Promise<View> => {
    const facts = await deps.ledger.transaction(async (tx) => {
      await expectStanding(tx, ledgerId);
      return recallFacts(tx, reference);
    });
    const served = serve(deps, facts.claim.provider, facts.claim.account);
    const sighting = await amendAtProvider(served, facts);
    return deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const now = await recallFacts(tx, reference);
      const ruling = decide(now, rulesFor(served, standing), { kind: 'sighting', sighting });
      return record(tx, standing, now, notAtOnceAgain(ruling, now, served));
    });
  };

async function amendAtProvider(served: ServedAccount, facts: Facts): Promise<Sighting> {
  const { account } = served;
  const { providerReference } = facts.state;
  const date = payableFrom(facts);
  if (providerReference !== null && cancelWanted(facts) && account.cancel)
    return askedAt(await account.cancel(providerReference), facts.nowMs);
  if (providerReference !== null && date !== undefined && account.reschedule)
    return askedAt(await account.reschedule(providerReference, date), facts.nowMs);
  return look(served, { facts, controls: [] });
}

/** A provider that answers a cancel with an unchanged status is asked again, but not in a tight circle. */
const notAtOnceAgain = (ruling: Ruling, facts: Facts, { timing }: ServedAccount): Ruling =>
  ruling.next.do === 'amend'
    ? { ...ruling, next: { do: 'wait', untilMs: facts.nowMs + timing.pollMs, afterwards: 'amend' } }
    : ruling;
