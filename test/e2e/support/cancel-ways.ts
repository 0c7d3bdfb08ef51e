import { randomUUID } from 'node:crypto';
import type { CancelResult } from '../../../src/payout/view.js';
import type { FaultInput } from '../../../src/sandbox/fault-spec.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { HOUR_MS, inMs, type Cancel, type Moment } from './cancel-scene.js';

const toText = ({ result, status }: CancelResult): string => (result === status ? result : `${result}: ${status}`);

export const byUpdate: Cancel = async ({ handle }) => toText(await handle.cancel({ by: 'ada' }));

export const bySignal: Cancel = async ({ stack, handle }) => {
  await stack.client.workflow.getHandle(handle.workflowId).signal('cancel', { by: 'ada' });
  return '(signal)';
};

export const byButton: Cancel = async ({ stack, handle }) => {
  await stack.client.workflow.getHandle(handle.workflowId).cancel();
  return '(button)';
};

export const twoAtOnce: Cancel = async (moment) =>
  toOneText(await Promise.all([byUpdate(moment), byUpdate(moment), byUpdate(moment)]));

/** The second one after its workflow has ended. */
export const twice: Cancel = async (moment) => {
  const first = await byUpdate(moment);
  await moment.handle.result();
  return toOneText([first, await byUpdate(moment)]);
};

const toOneText = (answers: readonly string[]): string => [...new Set(answers)].join(', then ');

/** Whatever becomes of the new date. */
export const againstReschedule: Cancel = async (moment) => {
  const moved = moment.handle.reschedule({ scheduledAt: inMs(2 * HOUR_MS) }).catch(() => undefined);
  const [answer] = await Promise.all([byUpdate(moment), moved]);
  return answer;
};

/** The workflow forgets that it ever heard of it, before the cancel could take effect. */
export const bySignalThenReset: Cancel = async (moment) => {
  const answer = await bySignal(moment);
  await untilCounted(moment);
  await resetForgetting(moment.stack, moment.handle.workflowId);
  return `${answer}, then reset`;
};

const untilCounted = ({ stack, request }: Moment): Promise<unknown> =>
  until(
    () => stack.ledger.transaction((tx) => tx.facts(request.reference)),
    (facts) => facts?.decisions.length === 1,
  );

const COMPLETED_WORKFLOW_TASK = 7;
/** Signals, updates, and Temporal's own Cancel: a reset would play them again. */
const FORGOTTEN = [1, 2, 4];

export async function resetForgetting({ client }: TestStack, workflowId: string): Promise<void> {
  const workflow = client.workflow.getHandle(workflowId);
  const { runId } = await workflow.describe();
  const { events } = await workflow.fetchHistory();
  const first = events?.find(({ eventType }) => Number(eventType) === COMPLETED_WORKFLOW_TASK);
  if (!first?.eventId) throw new Error('the workflow has not begun');
  await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    reason: 'a person in the UI',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first.eventId,
    resetReapplyExcludeTypes: FORGOTTEN,
  });
}

/** While something goes wrong with the calls about this payout. `mended`: and as soon as it was said, nothing goes wrong any more. */
export const whileWrong =
  (fault: Omit<FaultInput, 'about'>, cancel: Cancel = byUpdate, isMended?: 'mended'): Cancel =>
  async (moment) => {
    const { faults } = moment.stack.sandbox;
    const added = faults.add({ ...fault, about: moment.about });
    const answer = await cancel(moment);
    if (isMended) faults.remove(added);
    return answer;
  };

/** The same, until the operator mends it and says so. The answer waits for that. */
export const untilMended =
  (fault: Omit<FaultInput, 'about'>, cancel: Cancel = byUpdate): Cancel =>
  async (moment) => {
    const { stack, request, handle } = moment;
    const added = stack.sandbox.faults.add({ ...fault, about: moment.about, times: 'always' });
    const answer = cancel(moment);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'operator' });
    stack.sandbox.faults.remove(added);
    await handle.resume({ by: 'ada' });
    return answer;
  };

/** As soon as it is answered the paying call would get through. */
export const thenMended =
  (cancel: Cancel): Cancel =>
  async (moment) => {
    const answer = await cancel(moment);
    if (moment.fault) moment.stack.sandbox.faults.remove(moment.fault);
    return answer;
  };
