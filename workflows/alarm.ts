import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';

/**
 * Waits for an instant or for something to happen, with as few timers as can be: one that is set is kept while it is early enough,
 * so that news which only puts off the next step costs no event of the history.
 */
export class Alarm {
  private set: { readonly atMs: number; readonly scope: CancellationScope; hasRung: boolean } | undefined;

  /** Until the time has come, or it happened before. `summary` names the timer in the UI. */
  async until(patienceMs: number, hasHappened: () => boolean, summary: string): Promise<void> {
    const atMs = Date.now() + Math.max(0, patienceMs);
    while (!hasHappened() && Date.now() < atMs) {
      const bell = this.setFor(atMs, summary);
      await condition(() => bell.hasRung || hasHappened());
    }
  }

  private setFor(atMs: number, summary: string) {
    const { set } = this;
    if (set && !set.hasRung && set.atMs <= atMs) return set;
    if (set && !set.hasRung) set.scope.cancel();
    const bell = { atMs, scope: new CancellationScope({ cancellable: true }), hasRung: false };
    const ring = bell.scope.run(() => sleep(Math.max(1, atMs - Date.now()), { summary }));
    ring.then(() => (bell.hasRung = true)).catch(ignoreCancellation);
    this.set = bell;
    return bell;
  }
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
