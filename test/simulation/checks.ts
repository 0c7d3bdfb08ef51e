import type { DecisionMade, Facts, RecordedOutcome } from '../../src/payout/facts.js';
import { isEnding } from '../../src/payout/status.js';
import { payableFrom } from '../../src/payout/wanted.js';
import type { Ended } from './engine.js';
import { amountOf, askedFor, Journal, type Paid } from './journal.js';
import { payElsewhere } from './somebody-else.js';
import { lagOf } from './plan.js';
import type { Site } from './sites.js';
import type { World } from './world.js';

export interface Violation {
  readonly reference: string;
  readonly what: string;
}

/** What was just shown may have been read a moment before. */
export const MOMENT_MS = 90_000;

/** The promises, watched while a schedule runs. */
export class Checks {
  readonly violations: Violation[] = [];
  /** The assumptions that this schedule broke. From then on nothing is promised but that it does not stay unseen. */
  readonly breaches = new Set<string>();
  readonly journal: Journal;
  private readonly canceled = new Map<string, number>();
  private readonly refused = new Set<string>();
  private readonly judgedWords = new Set<number>();

  constructor(private readonly world: World) {
    this.journal = new Journal(world.plan);
  }

  violated(reference: string, what: string): void {
    if (this.violations.some((one) => one.reference === reference && one.what === what)) return;
    this.violations.push({ reference, what });
    this.world.log('!!!', `${reference}: ${what}`);
  }

  /** Broken, unless an assumption was: then it may not stay unseen, which is looked at when all is over. */
  broken(reference: string, what: string): void {
    if (this.breaches.size === 0) this.violated(reference, what);
  }

  breach(what: string): void {
    if (this.breaches.has(what)) return;
    this.breaches.add(what);
    this.world.log('~~~', `an assumption is broken: ${what}`);
  }

  /** When a cancel was heard that came before any ending. */
  canceledAtMs(reference: string): number | undefined {
    return this.canceled.get(reference);
  }

  /** Money moved by one of our requests. */
  paid(paid: Paid): void {
    const { plan, ledger, kernel, timing } = this.world;
    const { reference, opened } = paid;
    const payment = this.journal.add(paid);
    const isTwice = this.journal.active(reference) > 1;
    if (opened && kernel.nowMs + lagOf(plan, reference) > opened.closesAtMs + timing.settleMs)
      this.breach('records showed a payment later than assumed');
    if (plan.rememberKeysMs !== undefined && isTwice) this.breach('a key was forgotten earlier than assumed');
    this.world.log('$$$', `${reference} is paid ${payment.amountMinor}`);
    const asked = askedFor(plan, reference);
    if (asked !== undefined && asked !== payment.amountMinor)
      this.violated(reference, `paid ${payment.amountMinor}, asked for was ${asked}`);
    if (isTwice) this.broken(reference, 'paid twice');
    if (opened?.references.includes(reference) === false)
      this.violated(reference, 'paid by a call that is written down for others');
    if (!ledger.references().includes(reference)) return;
    const facts = ledger.facts(reference);
    const { status } = facts.state;
    if (status === 'error' || status === 'canceled') this.broken(reference, `paid although it was called ${status}`);
    const date = payableFrom(facts);
    if (plan.provider !== 'manifest' && date !== undefined && opened && opened.openedAtMs < Date.parse(date))
      this.broken(reference, `paid before its date ${date}`);
  }

  /** Something was written about a payout. `hasRead`: by a step that could read the provider's records. */
  ruled(reference: string, hasRead = true): void {
    const { ledger, kernel } = this.world;
    if (!ledger.references().includes(reference)) return;
    const facts = ledger.facts(reference);
    this.judgeWords(facts, hasRead);
    const { status, waitingFor } = facts.state;
    const active = this.journal.active(reference);
    if ((status === 'error' || status === 'canceled') && active > 0)
      this.broken(reference, `called ${status} although it is paid`);
    if (status === 'sent' && active + this.journal.paidByOthers(reference) === 0)
      this.broken(reference, 'called sent although nothing was paid');
    if (status === 'error' && !this.isRefused(facts))
      this.violated(reference, 'called error although nobody refused it');
    if (isDeaf(facts)) this.violated(reference, `called ${status} although an acceptance is written down`);
    const nextAtMs = ledger.nextAtMs(reference);
    if (!isEnding(status) && waitingFor === 'nothing' && (nextAtMs === null || nextAtMs > kernel.nowMs))
      this.violated(reference, `waits unseen: ${status}, and waits for nothing`);
  }

  /** The provider answered this one, and no other, with a refusal. */
  refusedIt(reference: string): void {
    this.refused.add(reference);
  }

  /** Of several that are asked for by one call, the others are over by a refusal of one of them, if nobody looks. */
  private isRefused({ claim: { reference }, decisions, attempts }: Facts): boolean {
    if (this.world.plan.groups === undefined || this.breaches.size > 0) return true;
    // Refused by ourselves, on what the provider told before anything was asked of it.
    if (attempts.length === 0) return true;
    return this.refused.has(reference) || decisions.some((one) => one.kind === 'resolve' && !one.paid);
  }

  /** A person's word that the ledger took. */
  private judgeWords({ claim: { reference }, decisions, nowMs }: Facts, hasRead: boolean): void {
    const active = this.journal.active(reference);
    for (const word of decisions) {
      if (word.kind !== 'resolve' || this.judgedWords.has(word.id)) continue;
      this.judgedWords.add(word.id);
      const isTrue = word.paid ? active + this.journal.paidByOthers(reference) > 0 : active === 0;
      if (isTrue) continue;
      const said = word.paid ? 'paid' : 'not paid';
      if (!word.paid && hasRead && this.journal.shows(reference, nowMs - MOMENT_MS))
        this.violated(reference, `a word was taken that the provider's records contradict: ${said}`);
      if (this.world.plan.person.startsWith('honest'))
        this.broken(reference, `an honest person was let say it too early: ${said}`);
      this.breach(`a person said ${said}, which is wrong`);
    }
  }

  /** A start was answered: one with other content may not be, as if it were the same payout. */
  joined(reference: string, request: Readonly<Record<string, unknown>>): void {
    if (amountOf(request) !== askedFor(this.world.plan, reference))
      this.violated(reference, 'a start with other content is answered');
  }

  /** A message came to an answer. */
  answered(reference: string, decision: DecisionMade, ended: Ended): void {
    if (decision.kind !== 'cancel' || ended.kind !== 'view') return;
    if (ended.view.status === 'sent' || ended.view.status === 'error') return;
    if (!this.canceled.has(reference)) this.canceled.set(reference, this.world.kernel.nowMs);
    this.world.log('outside', `the cancel is answered ${ended.view.status}`);
  }

  somebodyElsePays(reference: string): void {
    const { plan, sites, kernel } = this.world;
    const request = plan.requests.find((one) => one.reference === reference);
    if (!request || !payElsewhere(sites[0] as Site, request)) return;
    for (const { reference: same } of plan.requests) this.journal.addOther(same, kernel.nowMs);
    this.world.log('$$$', `somebody else pays the same as ${reference}`);
    this.breach('somebody else paid the same');
  }
}

/** What the provider accepted is not over without it, whatever anybody said before. */
function isDeaf({ state, attempts }: Facts): boolean {
  if (state.status !== 'error' && state.status !== 'canceled') return false;
  const outcomes = attempts.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.outcomes));
  const isLater = ({ atMs, outcome }: RecordedOutcome): boolean =>
    outcome.kind === 'accepted' && outcome.seen?.status !== state.status && atMs >= state.sinceMs;
  return outcomes.some(isLater);
}
