import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';

const EVERY = '5 minutes';

/** The schedule of the sweep that brings back payouts whose carrier is gone. One for each task queue. */
export const sweepScheduleId = (taskQueue: string): string => `${taskQueue}/sweep`;

/** Creates the schedule where it is missing. True: it was created now. */
export async function ensureSweepSchedule(client: Client, taskQueue: string): Promise<boolean> {
  try {
    await client.schedule.create({
      scheduleId: sweepScheduleId(taskQueue),
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: EVERY },
      action: {
        type: 'startWorkflow',
        workflowType: 'sweep',
        workflowId: sweepScheduleId(taskQueue),
        taskQueue,
        args: [],
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}
