import type { Next } from '../../src/payout/decide.js';
import type { DecisionMade } from '../../src/payout/facts.js';
import type { PayoutInput, View } from '../../src/payout/view.js';
import type { Ended } from './engine.js';
import type { World } from './world.js';

/** More steps than these one after another, without any wait, would never end. */
const MOST_AT_ONCE = 6;
const DECIDED_MS = 10;

/** Drives one payout as `workflows/payout.ts` and `workflows/carrier.ts` do: takes the step that the ledger named, waits, hears messages. */
export class Carrier {
  view: View | undefined;
  isAlive = true;
  /** Why its workflow ended with a failure, if it did. */
  refusal: string | undefined;
  private woken: 'submit' | 'look_up' | undefined;
  private wakeUp: () => void = () => undefined;
  private messages = 0;
  /** Decisions that are being made to count. */
  private deciding = 0;
  private readonly isByReference: boolean;
  private atOnce = 0;

  constructor(
    private readonly world: World,
    readonly input: PayoutInput,
    readonly name: string,
  ) {
    this.isByReference = input.provider === undefined;
  }

  async run(): Promise<void> {
    const { reference } = this.input;
    const request = this.isByReference ? {} : { request: this.input };
    // Who cancels a payout that nobody carries just now starts its carrier by that: the word counts before anything is paid.
    while (this.isByReference && this.deciding > 0 && this.isAlive) await this.world.kernel.wait(DECIDED_MS);
    if (!this.isAlive) return;
    if (!this.heard(await this.step({ name: 'submit', input: { reference, ...request } }))) return;
    if (request.request) this.world.checks.joined(reference, request.request);
    for (;;) {
      const { next } = this.view as View;
      if (next.do === 'end') break;
      await this.waitFor(next);
      if (!this.isAlive) return;
      const due = this.due();
      if (due === 'end') break;
      if (!this.heard(await this.step({ name: due, input: this.about() }))) return;
    }
    this.isAlive = false;
    this.world.log(this.name, `ends: ${this.view?.status}`);
  }

  /** Makes a decision count. A carrier that has a request to claim hears it once that is claimed. */
  async decide(decision: DecisionMade): Promise<Ended> {
    this.deciding += 1;
    try {
      return await this.makeDecision(decision);
    } finally {
      this.deciding -= 1;
    }
  }

  private async makeDecision(decision: DecisionMade): Promise<Ended> {
    while (this.view === undefined && !this.isByReference && this.isAlive) await this.world.kernel.wait(500);
    this.messages += 1;
    const messageId = `${this.name} ${this.messages}`;
    const ended = await this.step({ name: 'decide', input: { ...this.about(), decision, messageId } });
    if (ended.kind === 'view') {
      this.see(ended.view);
      if (decision.kind === 'resume')
        this.woken = ended.view.status === 'created' || ended.view.status === 'ready' ? 'submit' : 'look_up';
      this.wakeUp();
    }
    return ended;
  }

  /** Somebody says that there is news of it. */
  nudge(): void {
    this.woken = this.view?.status === 'created' || this.view?.status === 'ready' ? 'submit' : 'look_up';
    this.wakeUp();
  }

  terminate(): void {
    this.isAlive = false;
    this.wakeUp();
  }

  private step(step: Parameters<World['engine']['take']>[0]): Promise<Ended> {
    return this.world.engine.take(step, () => this.isAlive);
  }

  /** False: there is nothing to go on with. */
  private heard(ended: Ended): boolean {
    if (!this.isAlive) return false;
    if (ended.kind === 'view') {
      this.see(ended.view);
      return true;
    }
    this.isAlive = false;
    this.refusal = ended.code;
    this.world.log(this.name, `is refused: ${ended.message}`);
    return false;
  }

  private async waitFor(next: Next): Promise<void> {
    const { kernel } = this.world;
    this.woken = undefined;
    const patienceMs = next.do === 'wait' ? Math.max(0, next.untilMs - (this.view?.nowMs ?? 0)) : 0;
    this.atOnce = patienceMs > 0 ? 0 : this.atOnce + 1;
    if (this.atOnce > MOST_AT_ONCE) {
      this.world.violated(this.input.reference, `it spins: ${next.do} again and again, ${this.view?.evidence}`);
      this.terminate();
    }
    if (next.do !== 'wait') return;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      kernel.plan(kernel.nowMs + patienceMs, resolve);
    });
  }

  private due(): 'submit' | 'look_up' | 'amend' | 'end' {
    const { next } = this.view as View;
    return next.do === 'wait' ? (this.woken ?? next.afterwards) : next.do;
  }

  private about() {
    const { reference } = this.input;
    return this.view === undefined ? { reference } : { reference, ledgerId: this.view.ledgerId };
  }

  private see(view: View): void {
    if (this.view === undefined || view.version > this.view.version || view.nowMs >= this.view.nowMs) this.view = view;
  }
}
