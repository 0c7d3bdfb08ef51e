import { decide } from '../src/payout/decide.js';
import type { Facts } from '../src/payout/facts.js';
import type { View } from '../src/payout/view.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { look } from './look-up.js';
import { record } from './record.js';
import { rulesFor } from './served.js';
import { expectStanding } from './standing.js';

const FIRST_PAUSE_MS = 150;

/** A payout as it was just written down. */
export interface Followed {
  readonly view: View;
  readonly facts: Facts;
}

/** Keeps looking for a moment where the end comes within seconds: cheaper than a timer and another step for each look. */
export async function follow(deps: Deps, served: ServedAccount, paid: Followed): Promise<View> {
  let { view } = paid;
  const untilMs = deps.clock.monotonicMs() + served.provider.followMs;
  // Where requests are scarce, others need theirs more: the ordinary look-up comes later.
  for (let pauseMs = FIRST_PAUSE_MS; expectsEndSoon(view) && !served.pace?.isBusy; pauseMs *= 2) {
    if (deps.clock.monotonicMs() + pauseMs > untilMs) return view;
    await deps.clock.sleep(pauseMs);
    view = await lookAgain(deps, served, paid.facts, view);
  }
  return view;
}

/** One more look at what was just paid. By tag it would need controls: that is left to the ordinary look-up. */
async function lookAgain({ ledger }: Deps, served: ServedAccount, facts: Facts, view: View): Promise<View> {
  const state = { ...facts.state, providerReference: view.providerReference };
  const sighting = await look(served, { facts: { ...facts, state }, controls: [] });
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, view.ledgerId, view.reference);
    const now = await recallFacts(tx, view.reference);
    return record(tx, standing, now, decide(now, rulesFor(served, standing), { kind: 'sighting', sighting }));
  });
}

const expectsEndSoon = ({ status, waitingFor, next }: View): boolean =>
  (status === 'created' || status === 'ready' || status === 'pending') &&
  waitingFor === 'provider' &&
  next.do === 'wait' &&
  next.afterwards === 'look_up';
