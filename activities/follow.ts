import type { View } from '../src/payout/view.js';
import type { Deps, ServedAccount } from './deps.js';
import { lookUp } from './look-up.js';

const FIRST_PAUSE_MS = 150;

/** Keeps looking for a moment where the end comes within seconds: cheaper than a timer and another step for each look. */
export async function follow(deps: Deps, served: ServedAccount, paid: View): Promise<View> {
  let view = paid;
  const untilMs = deps.clock.monotonicMs() + served.provider.followMs;
  for (let pauseMs = FIRST_PAUSE_MS; expectsEndSoon(view); pauseMs *= 2) {
    if (deps.clock.monotonicMs() + pauseMs > untilMs) return view;
    await deps.clock.sleep(pauseMs);
    view = await lookUp(deps)({ reference: view.reference, ledgerId: view.ledgerId });
  }
  return view;
}

const expectsEndSoon = ({ status, waitingFor, next }: View): boolean =>
  (status === 'created' || status === 'ready' || status === 'pending') &&
  waitingFor === 'provider' &&
  next.do === 'wait' &&
  next.afterwards === 'look_up';
