import type { GroupInput } from '../../src/payout/group-input.js';
import { isEnding } from '../../src/payout/status.js';
import type { View } from '../../src/payout/view.js';
import type { ServedAccount } from '../deps.js';
import { lookUp } from '../look-up.js';
import { expectStanding } from '../standing.js';
import { submit } from '../submit.js';
import type { GroupDeps } from './input.js';
import type { Turn } from './standing-of.js';

/** A worker that is to stop waits for its steps: none of them may take long. The next one goes on. */
const MOST_MS = 10_000;
const MOST_ROWS = 1_000;
/** Each has a lane of its own; how many requests that makes in a second is up to the account's limit. */
const AT_ONCE = 8;

/** Pays each by a call of its own, where a call can ask for one only: what they share is the workflow. */
export async function advanceEach(
  deps: GroupDeps,
  _served: ServedAccount,
  { carrier, ledgerId }: GroupInput,
): Promise<Turn> {
  const untilMs = deps.clock.monotonicMs() + MOST_MS;
  const pinned = await deps.ledger.transaction(async (tx) => (await expectStanding(tx, ledgerId)).ledgerId);
  const due = await deps.ledger.transaction((tx) => tx.dueOf(carrier, MOST_ROWS));
  const leaving: string[] = [];
  let next = 0;
  const payOne = async (): Promise<void> => {
    for (let reference = due[next++]; reference !== undefined; reference = due[next++]) {
      if (deps.clock.monotonicMs() > untilMs) return;
      let view = await submit(deps)({ reference, ledgerId: pinned, group: carrier });
      if (view.next.do === 'look_up') view = await lookUp(deps)({ reference, ledgerId: pinned });
      if (wantsOwnLife(view)) leaving.push(reference);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, payOne));
  const { open, nextMs } = await deps.ledger.transaction((tx) => tx.restOf(carrier));
  return { open: open - leaving.length, leaving, isWatched: false, ledgerId: pinned, pauseMs: Math.max(0, nextMs) };
}

const wantsOwnLife = ({ status, waitingFor, next }: View): boolean =>
  !isEnding(status) &&
  next.do !== 'end' &&
  (waitingFor === 'date' || waitingFor === 'person' || status === 'in_doubt' || next.do === 'amend');
