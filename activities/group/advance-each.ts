import type { GroupInput } from '../../src/payout/group-input.js';
import type { Facts } from '../../src/payout/facts.js';
import type { Ruling } from '../../src/payout/decide.js';
import { isEnding } from '../../src/payout/status.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { ServedAccount } from '../deps.js';
import { lookUp } from '../look-up.js';
import { rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import { submit } from '../submit.js';
import { followTogether } from './follow-together.js';
import type { GroupDeps } from './input.js';
import { firstGrounds } from './open-each.js';
import { payEach } from './pay-each.js';
import type { Turn } from './standing-of.js';

/** A worker that is to stop waits for its steps: none of them may take long. The next one goes on. */
const MOST_MS = 10_000;
const MOST_ROWS = 1_000;
/** So many calls are under way, and in doubt if the worker dies. How many requests that makes in a second is up to the account's limit. */
const AT_ONCE = 8;

/** Pays each by a call of its own, where a call can ask for one only: what they share is the workflow, the reads and the transactions. */
export async function advanceEach(deps: GroupDeps, served: ServedAccount, input: GroupInput): Promise<Turn> {
  const untilMs = deps.clock.monotonicMs() + MOST_MS;
  const isTimeLeft = () => deps.clock.monotonicMs() <= untilMs;
  const { ledgerId, first, others } = await readDue(deps, served, input);
  const pinned = { ...input, ledgerId };

  const { ruled, rest } = await payFirst(deps, served, pinned, first, isTimeLeft);
  const left = await takeSteps(deps, pinned, [...others, ...rest], isTimeLeft);
  const leaving = [
    ...ruled.filter(({ ruling }) => wantsOwnLife(ruling)).map(({ facts }) => referenceOf(facts)),
    ...left,
  ];
  const { open, nextMs } = await deps.ledger.transaction((tx) => tx.restOf(input.carrier));
  return { open: open - leaving.length, leaving, isWatched: false, ledgerId, pauseMs: Math.max(0, nextMs) };
}

type Pinned = GroupInput & { readonly ledgerId: string };

/** First calls, a few at a time. Returns those too that have to be asked for alone. */
async function payFirst(
  deps: GroupDeps,
  served: ServedAccount,
  input: Pinned,
  first: readonly Facts[],
  isTimeLeft: () => boolean,
): Promise<{ readonly ruled: readonly RuledFacts[]; readonly rest: readonly string[] }> {
  const { sharedReads } = served.account;
  if (!sharedReads) return { ruled: [], rest: first.map(referenceOf) };
  const ruled: RuledFacts[] = [];
  const rest: string[] = [];
  for (let waiting = first; waiting.length > 0 && isTimeLeft();) {
    const few = waiting.slice(0, AT_ONCE);
    const paid = await payEach(deps, served, sharedReads, input, few);
    ruled.push(...paid.ruled);
    const handled = new Set([...paid.ruled.map(({ facts }) => referenceOf(facts)), ...paid.postponed]);
    rest.push(...few.map(referenceOf).filter((reference) => !handled.has(reference)));
    const postponed = few.filter((facts) => paid.postponed.includes(referenceOf(facts)));
    waiting = [...postponed, ...waiting.slice(AT_ONCE)];
  }
  await followTogether(deps, served, sharedReads, input, ruled, ({ state }) => isExpectedSoon(state));
  return { ruled, rest };
}

/** One step of its own for each. Returns those that want a life of their own. */
async function takeSteps(
  deps: GroupDeps,
  { carrier, ledgerId }: Pinned,
  references: readonly string[],
  isTimeLeft: () => boolean,
): Promise<readonly string[]> {
  const leaving: string[] = [];
  let next = 0;
  const takeStep = async (): Promise<void> => {
    for (let reference = references[next++]; reference !== undefined; reference = references[next++]) {
      if (!isTimeLeft()) return;
      let view = await submit(deps)({ reference, ledgerId, group: carrier });
      if (view.next.do === 'look_up') view = await lookUp(deps)({ reference, ledgerId });
      if (wantsOwnLife(view)) leaving.push(reference);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeStep));
  return leaving;
}

interface Due {
  readonly ledgerId: string;
  /** Never asked for, and to be asked for now; those of one study together. */
  readonly first: readonly Facts[];
  readonly others: readonly string[];
}

function readDue({ ledger }: GroupDeps, served: ServedAccount, input: GroupInput): Promise<Due> {
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, input.ledgerId);
    const due = await tx.dueOf(input.carrier, MOST_ROWS);
    const rules = rulesFor(served, standing);
    const first = (await tx.factsOfAll(due)).filter((facts) => firstGrounds(facts, served, input, rules));
    const isFirst = new Set(first.map(referenceOf));
    const studyOf = ({ claim }: Facts) => served.provider.studyOf?.(claim.request) ?? '';
    return {
      ledgerId: standing.ledgerId,
      first: first.toSorted((a, b) => studyOf(a).localeCompare(studyOf(b))),
      others: due.filter((reference) => !isFirst.has(reference)),
    };
  });
}

const referenceOf = ({ claim }: Facts): string => claim.reference;

const isExpectedSoon = ({ status, waitingFor }: Pick<Ruling, 'status' | 'waitingFor'>): boolean =>
  (status === 'created' || status === 'ready' || status === 'pending') && waitingFor === 'provider';

const wantsOwnLife = ({ status, waitingFor, next }: Pick<Ruling, 'status' | 'waitingFor' | 'next'>): boolean =>
  !isEnding(status) &&
  next.do !== 'end' &&
  (waitingFor === 'date' || waitingFor === 'person' || status === 'in_doubt' || next.do === 'amend');
