import { ScheduleNotFoundError } from '@temporalio/client';
import { sweepScheduleId } from '../../temporal/sweep-schedule.js';
import { toTold } from '../errors.js';
import type { Temporal } from '../temporal.js';
import { good, problem, type Finding } from './finding.js';

const CHECK = 'sweep';
/** It runs every five minutes; one that is this late is not only late. */
const LATE_AFTER_MS = 15 * 60_000;
const NOT_BROUGHT_BACK = 'payouts whose workflow is gone are not brought back';

/** Whether the schedule is there, and runs, that brings back payouts whose workflow is gone. */
export async function checkSweep({ client, target }: Temporal): Promise<Finding> {
  const id = sweepScheduleId(target.taskQueue);
  try {
    const { state, info } = await client.schedule.getHandle(id).describe();
    const lastRunAt = info.recentActions.at(-1)?.takenAt;
    return toSweep(id, { isPaused: state.paused, createdAt: info.createdAt, lastRunAt }, Date.now());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError)
      return problem(CHECK, `there is no schedule ${id}: ${NOT_BROUGHT_BACK}: run \`payouts migrate\``);
    return problem(CHECK, toTold(error).message);
  }
}

export interface SweepState {
  readonly isPaused: boolean;
  readonly createdAt: Date;
  readonly lastRunAt: Date | undefined;
}

export function toSweep(id: string, { isPaused, createdAt, lastRunAt }: SweepState, nowMs: number): Finding {
  if (isPaused)
    return problem(
      CHECK,
      `the schedule ${id} is paused: ${NOT_BROUGHT_BACK}: unpause it in Temporal's UI, or by ` +
        `\`temporal schedule toggle --unpause --schedule-id ${id}\``,
    );
  const since = lastRunAt ?? createdAt;
  const lateMs = nowMs - since.getTime();
  if (lateMs > LATE_AFTER_MS)
    return problem(
      CHECK,
      `the schedule ${id} has started nothing since ${since.toISOString()}: look at its runs in Temporal's UI; ` +
        'the last one goes on for as long as no worker polls its queue',
    );
  return good(CHECK, lastRunAt ? `ran at ${lastRunAt.toISOString()}` : 'its first run is due within minutes');
}
