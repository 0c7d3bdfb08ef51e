import type { World } from './world.js';

/** When a payout's timer fired, and when its workflow asked for the step, milliseconds since the epoch. */
export interface WakeUp {
  readonly firedAtMs: number;
  readonly askedAtMs: number;
  readonly events: number;
}

/** From the histories of these payouts, by the server's own clock. */
export async function readWakeUps(
  { payouts }: World,
  references: readonly string[],
  dueAtMs: number,
): Promise<WakeUp[]> {
  const wakeUps: WakeUp[] = [];
  for (const reference of references) {
    const { events = [] } = await payouts.client.workflow.getHandle(`payout/${reference}`).fetchHistory();
    const all = events ?? [];
    const fired = all.findIndex((event) => event.timerFiredEventAttributes && atMs(event.eventTime) >= dueAtMs - 2_000);
    const asked = all.slice(fired).find((event) => event.activityTaskScheduledEventAttributes);
    if (fired === -1 || !asked) throw new Error(`${reference} was not woken by its timer`);
    wakeUps.push({
      firedAtMs: atMs(all[fired]?.eventTime),
      askedAtMs: atMs(asked.eventTime),
      events: all.length,
    });
  }
  return wakeUps;
}

const atMs = (at: { seconds?: unknown; nanos?: number | null } | null | undefined): number =>
  Number(at?.seconds ?? 0) * 1_000 + (at?.nanos ?? 0) / 1e6;
