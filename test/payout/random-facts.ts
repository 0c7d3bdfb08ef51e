import type { News, Rules } from '../../src/payout/decide.js';
import type { Decision, Exchange, Facts } from '../../src/payout/facts.js';
import type { Outcome, Seen, Sighting } from '../../src/payout/outcome.js';
import { STATUSES } from '../../src/payout/status.js';
import { createRandom } from '../../src/sandbox/random.js';
import {
  ABSENT,
  askedFor,
  ACCEPTED,
  AMBIGUOUS,
  call,
  cancel,
  CONTRADICTION,
  facts,
  hindered,
  isoAt,
  late,
  LOCKED,
  looked,
  NO_FUNDS,
  NOTHING_NEW,
  notPaid,
  paid,
  payAgain,
  present,
  PROVEN_ABSENT,
  REFUSED,
  REFUSED_BEFORE,
  reschedule,
  resume,
  RULES,
  THROTTLED,
  UNREADABLE,
  UNSENT,
  withOtherCredentials,
} from './build.js';

/** A case that may be odd in every way that a ledger could tell: what must hold, has to hold for it too. */
export interface RandomCase {
  readonly facts: Facts;
  readonly rules: Rules;
  readonly news: News;
}

const OUTCOMES: readonly Outcome[] = [ACCEPTED, AMBIGUOUS, AMBIGUOUS, UNSENT, UNSENT, REFUSED, NO_FUNDS, THROTTLED];
const SEEN: readonly Seen['status'][] = ['created', 'ready', 'pending', 'sent', 'error', 'returned', 'canceled'];

/** The case of that number: the same for the same seed. */
export function randomCase(seed: number, number: number): RandomCase {
  const random = createRandom(seed, number);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const chance = (probability: number): boolean => random() < probability;
  const times = <T>(most: number, make: () => T): readonly T[] => Array.from({ length: below(most + 1) }, make);
  /** Instants meet often: the odd cases are those of the same millisecond. */
  const instant = (): number => pick([0, 1, 10, 39, 40, 41, 100, 339, 340, 341, 400, 1_000, 3_600, 5_000, 900_000]);

  const exchange = (): Exchange => {
    const opened = instant();
    const outcomes = times(2, () => (chance(0.3) ? late(opened + instant(), pick(OUTCOMES)) : pick(OUTCOMES)));
    const made = call(opened, ...outcomes);
    return chance(0.15) ? withOtherCredentials(made) : made;
  };
  const decision = (): Decision =>
    pick([cancel, resume, notPaid, payAgain, paid, (second: number) => reschedule(second, instant())])(instant());
  const sighting = (): Sighting =>
    chance(0.4)
      ? present(pick(SEEN), {
          ...(chance(0.5) ? { date: pick([isoAt(instant()), 'month 14']) } : {}),
          ...(chance(0.5) ? { mayReturn: chance(0.5) } : {}),
          ...(chance(0.5) ? { providerReference: 'pay_A' } : {}),
        })
      : pick([ABSENT, PROVEN_ABSENT, UNREADABLE, LOCKED, CONTRADICTION]);
  const news = (): News => {
    if (chance(0.4)) return NOTHING_NEW;
    return chance(0.6)
      ? looked(sighting())
      : pick([hindered('lane'), hindered('operator'), hindered('provider'), REFUSED_BEFORE]);
  };

  const made = facts({
    now: instant() + below(2),
    since: instant(),
    status: pick(STATUSES),
    mayReturn: chance(0.3),
    providerReference: chance(0.2) ? 'pay_A' : null,
    calls: times(3, exchange).toSorted((a, b) => a.openedAtMs - b.openedAtMs),
    decisions: chance(0.5) ? times(3, decision).toSorted((a, b) => a.atMs - b.atMs) : [],
    ...(chance(0.2) ? { request: { scheduledAt: isoAt(instant()) } } : {}),
  });
  const rules = pick(Object.values(RULES));
  const said = news();
  // Usually just now; sometimes by a step that was frozen since.
  const askedAtMs = chance(0.8) ? made.nowMs : made.nowMs - below(500) * 1_000;
  const asked = said.kind === 'sighting' ? { ...said, sighting: askedFor(said.sighting, made, askedAtMs) } : said;
  return { facts: made, rules: { ...rules, scheduling: pick(['timer', 'provider']) }, news: asked };
}
