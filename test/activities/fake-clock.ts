import type { Clock } from '../../activities/deps.js';

/** Both clocks of a machine and that of the database, held by the test. Sleeping lets the time pass at once. */
export class FakeClock implements Clock {
  private passedMs = 0;
  private wallSkewMs = 0;
  private monotonicSkewMs = 0;

  /** The database's clock. */
  nowMs(): number {
    return Date.parse('2026-01-01T00:00:00.000Z') + this.passedMs;
  }

  wallMs(): number {
    return this.nowMs() + this.wallSkewMs;
  }

  monotonicMs(): number {
    return 1_000_000 + this.passedMs + this.monotonicSkewMs;
  }

  async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }

  /** Time passes, everywhere. */
  advance(ms: number): void {
    this.passedMs += Math.max(0, ms);
  }

  advanceTo(nowMs: number): void {
    this.advance(nowMs - this.nowMs());
  }

  /** This machine's wall clock is set, and no other. */
  setWall(byMs: number): void {
    this.wallSkewMs += byMs;
  }

  /** This machine's monotonic clock runs on, and no other: its wall clock was set back meanwhile. */
  runOn(byMs: number): void {
    this.monotonicSkewMs += byMs;
  }
}
