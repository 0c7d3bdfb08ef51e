import type { DecisionMade } from '../../src/payout/facts.js';
import type { Carrier } from './carrier.js';
import type { World } from './world.js';

const LOOKS_EVERY_MS = 20_000;
const BETWEEN_WORDS_MS = 80_000;
const MOST_WORDS = 3;
const MOST_TRIES = 14;
const HASTY_PAUSE_MS = 160_000;

/** Somebody who is shown the payouts in doubt and says what is known of them. */
export class Person {
  constructor(private readonly world: World) {}

  async watch(reference: string): Promise<void> {
    const { kernel, plan, ledger, checks } = this.world;
    if (plan.person === 'nobody' || plan.spokenOf?.includes(reference) === false) return;
    let early: boolean | undefined;
    let counted = 0;
    const isHasty = plan.person === 'says what was read too early';
    for (let tries = 0; tries < (isHasty ? 1 : MOST_TRIES) && counted < MOST_WORDS;) {
      await kernel.wait(LOOKS_EVERY_MS);
      if (!ledger.references().includes(reference)) continue;
      const { status } = ledger.facts(reference).state;
      if (!ledger.isOpen(reference)) return;
      if (status !== 'in_doubt') continue;
      if (early === undefined) {
        early = checks.journal.shows(reference, kernel.nowMs);
        // Read at once, and said once, some time later.
        if (isHasty) await kernel.wait(HASTY_PAUSE_MS);
      }
      const carrier = this.world.carrierOf(reference) ?? this.startFromGroup(reference);
      if (!carrier) continue;
      tries += 1;
      const decision = this.word(reference, early);
      this.world.log(
        'person',
        `says of ${reference}: ${decision.paid ? 'paid' : decision.payAgain ? 'pay again' : 'not paid'}`,
      );
      const ended = await carrier.decide(decision);
      if (ended.kind === 'refused') this.world.log('person', `is refused: ${ended.message}`);
      else counted += 1;
      await kernel.wait(BETWEEN_WORDS_MS);
    }
  }

  /** What is said to a payout of a group starts it by its reference. */
  private startFromGroup(reference: string): Carrier | undefined {
    return this.world.ledger.groupOf(reference) === null ? undefined : this.world.start({ reference });
  }

  private word(reference: string, early: boolean): DecisionMade & { kind: 'resolve' } {
    const { checks, kernel } = this.world;
    const shows = checks.journal.shows(reference, kernel.nowMs);
    const say = (paid: boolean, payAgain = false) =>
      ({ kind: 'resolve', by: 'Ada', evidence: 'looked at the provider', paid, payAgain }) as const;
    const { person } = this.world.plan;
    switch (person) {
      case 'honest':
        return say(shows);
      case 'honest, pays again':
        return say(shows, !shows);
      case 'says what was read too early':
        return say(early);
      case 'says not paid, whatever is true':
        return say(false);
      case 'says paid, whatever is true':
        return say(true);
      case 'says pay again, whatever is true':
        return say(false, true);
      case 'nobody':
        throw new Error('nobody says nothing');
      default:
        return person satisfies never;
    }
  }
}
