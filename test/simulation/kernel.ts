import type { Machine } from './machine.js';

interface Event {
  readonly atMs: number;
  readonly number: number;
  /** Where it happens. A dead machine does nothing, a frozen one does it when it is woken. Absent: beyond all machines. */
  readonly machine: Machine | undefined;
  readonly act: () => void;
}

/** Virtual time: one thing happens after another, and nothing reads a real clock. */
export class Kernel {
  nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  readonly startMs = this.nowMs;
  /** The machine whose code runs now. */
  running: Machine | undefined;
  /** How many things have happened. */
  count = 0;
  private numbered = 0;
  private readonly events: Event[] = [];

  /** Plans what happens at an instant; what is planned first for the same instant happens first. */
  plan(atMs: number, act: () => void, machine?: Machine): void {
    this.insert({ atMs: Math.max(atMs, this.nowMs), number: (this.numbered += 1), machine, act });
  }

  wait(ms: number, machine?: Machine): Promise<void> {
    return new Promise((resolve) => this.plan(this.nowMs + Math.max(0, ms), resolve, machine));
  }

  /** Lets everything happen that is planned until then, unless it is over before. */
  async run(untilMs: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      // All that can go on without an event does so before the next one.
      await drained();
      const next = this.events[0];
      if (!next || next.atMs > untilMs || isOver()) return;
      this.events.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.happen(next);
    }
  }

  private happen(event: Event): void {
    const { machine } = event;
    if (machine?.isDead) return;
    if (machine && machine.frozenUntilMs > this.nowMs) return this.insert({ ...event, atMs: machine.frozenUntilMs });
    this.running = machine;
    this.count += 1;
    event.act();
  }

  private insert(event: Event): void {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.events[middle] as Event;
      if (other.atMs < event.atMs || (other.atMs === event.atMs && other.number < event.number)) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }
}

/** Every promise that needs no event has gone as far as it can. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
