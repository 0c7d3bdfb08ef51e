import type { Clock } from '../../activities/deps.js';
import type { NewExchange } from '../../src/ledger/transaction.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { Call } from '../../src/payout/outcome.js';
import type { Kernel } from './kernel.js';

/** An exchange that a step has written down, and the call that it is for. */
export interface Opened extends NewExchange<EffectContract> {
  readonly references: readonly string[];
  readonly isShared: boolean;
  readonly call: Pick<Call, 'path' | 'body'>;
}

/** The process of a worker while it takes one step. It may die, be frozen, and have a wrong clock. */
export class Machine implements Clock {
  isDead = false;
  frozenUntilMs = 0;
  /** The provider did not let it read its records. */
  readsNothing = false;
  /** The exchanges that its step has written down: one alone, unless it acts for a group. */
  readonly exchanges: Opened[] = [];
  private wallSkewMs = 0;
  private monotonicSkewMs = 0;
  private readonly losing: ((afterMs: number) => void)[] = [];

  constructor(
    private readonly kernel: Kernel,
    readonly name: string,
    readonly reference: string,
    /** The group that it acts for; none: a payout alone. */
    readonly group?: string,
    /** Nothing odd happens to it. */
    readonly isCalm = false,
  ) {}

  get opened(): Opened | undefined {
    return this.exchanges.at(-1);
  }

  /** The exchange that a request of its step is made for. */
  openedFor({ path, body }: Pick<Call, 'path' | 'body'>): Opened | undefined {
    return this.exchanges.findLast(({ call }) => call.path === path && call.body === body) ?? this.opened;
  }

  wallMs(): number {
    return this.kernel.nowMs + this.wallSkewMs;
  }

  monotonicMs(): number {
    return this.kernel.nowMs - this.kernel.startMs + this.monotonicSkewMs;
  }

  sleep(ms: number): Promise<void> {
    return this.kernel.wait(ms, this);
  }

  /** Told when Temporal hears no more of it: it died, or it sends no heartbeat for so long that the step is given to another. */
  onLost(lost: (afterMs: number) => void): void {
    this.losing.push(lost);
  }

  die(): void {
    this.isDead = true;
    for (const lost of this.losing) lost(HEARTBEAT_MS);
  }

  /** It goes on afterwards as if nothing had been, unless its clocks tell. */
  freeze(ms: number, clock: 'both' | 'wall' | 'monotonic' = 'both'): void {
    this.frozenUntilMs = this.kernel.nowMs + ms;
    if (clock === 'wall') this.monotonicSkewMs -= ms;
    if (clock === 'monotonic') this.wallSkewMs -= ms;
    if (ms > HEARTBEAT_MS) for (const lost of this.losing) lost(HEARTBEAT_MS);
  }

  /** Temporal gives the step to another one although this one works on. */
  loseTouch(): void {
    for (const lost of this.losing) lost(0);
  }
}

/** As the carrier's steps have it: after this time without a heartbeat another worker takes the step. */
const HEARTBEAT_MS = 15_000;
