import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { LedgerMismatch } from '../payout/errors.js';
import type { SweepInput } from '../payout/sweep-input.js';

const EVERY = '5 minutes';

/** The schedule of the sweep that brings back payouts whose carrier is gone. One for each task queue. */
export const sweepScheduleId = (taskQueue: string): string => `${taskQueue}/sweep`;

/**
 * Creates the schedule where it is missing, and pins the task queue to this ledger where it is pinned to none. True: something was
 * new. Throws `LedgerMismatch` where the queue belongs to another ledger.
 */
export async function ensureSweepSchedule(client: Client, taskQueue: string, ledgerId?: string): Promise<boolean> {
  const input: SweepInput = ledgerId === undefined ? {} : { ledgerId };
  const action = {
    type: 'startWorkflow',
    workflowType: 'sweep',
    workflowId: sweepScheduleId(taskQueue),
    taskQueue,
    args: [input],
  } as const;
  try {
    await client.schedule.create({
      scheduleId: sweepScheduleId(taskQueue),
      spec: { intervals: [{ every: EVERY }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: EVERY },
      action,
    });
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  if (ledgerId === undefined) return false;
  const isPinned = await expectPinned(client, taskQueue, ledgerId);
  // Also where nothing is new: what an older key has encrypted is encrypted by the present one.
  await client.schedule
    .getHandle(sweepScheduleId(taskQueue))
    .update((schedule) => ({ ...schedule, action: { ...schedule.action, args: [input] } }));
  return !isPinned;
}

/**
 * A task queue belongs to one ledger: a worker on another would claim, and pay, what the first has paid already. True: it is pinned
 * to this one; false: to none yet. Throws `LedgerMismatch`.
 */
export async function expectPinned(client: Client, taskQueue: string, ledgerId: string): Promise<boolean> {
  const pinned = await readPinned(client, taskQueue);
  if (pinned === undefined || pinned === ledgerId) return pinned !== undefined;
  throw new LedgerMismatch(
    `task queue ${taskQueue} belongs to ledger ${pinned}, and PAYOUTS_DATABASE_URL is ledger ${ledgerId}: mend the URL, ` +
      'or use another PAYOUTS_TASK_QUEUE for another ledger; what the first has paid is not known here',
  );
}

async function readPinned(client: Client, taskQueue: string): Promise<string | undefined> {
  try {
    const { action } = await client.schedule.getHandle(sweepScheduleId(taskQueue)).describe();
    const [input] = (action.args ?? []) as readonly (SweepInput | undefined)[];
    return input?.ledgerId;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}
