import { manifestRequest, PAYING_ROUTES, prolificRequest, respondentRequest } from '../support/requests.js';
import type { TestStack } from '../support/stack.js';

const DAY_MS = 24 * 3_600_000;

/** A date far away, at a full hour: pictures look tidy. */
export const inDays = (days: number): string =>
  new Date(Math.ceil(Date.now() / DAY_MS + days) * DAY_MS + DAY_MS * (9 / 24)).toISOString();

/** A list as a team has it: one paid, some waiting for their date, one in doubt, one that waits for the operator. */
export async function startMadeUpPayouts(stack: TestStack) {
  const { payouts, sandbox } = stack;
  const sent = manifestRequest({ reference: 'study-42/p-001', accountConnection: 'acon_X' });
  const atManifest = manifestRequest({
    reference: 'study-42/p-002',
    accountConnection: 'acon_X',
    scheduledAt: inDays(20),
  });
  const scheduled = (number: number) =>
    respondentRequest({
      reference: `study-44/p-00${number}`,
      expectedIncentiveMinor: 5000,
      scheduledAt: inDays(number),
    });
  const [bySignal, withoutInput, byButton, wrongInput] = [scheduled(1), scheduled(2), scheduled(3), scheduled(4)];
  const inDoubt = prolificRequest({ reference: 'study-43/p-001', studyId: 'study43', submissionId: 'study43-s1' });
  const forOperator = prolificRequest({ reference: 'study-43/p-002', studyId: 'study43', submissionId: 'study43-s2' });

  // Prolific pays one at a time: the first meets the first fault.
  sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
  await payouts.start(inDoubt);
  await Promise.all([sent, atManifest, bySignal, withoutInput, byButton, wrongInput].map((one) => payouts.start(one)));
  await stack.until(inDoubt.reference, { status: 'in_doubt', waitingFor: 'person' });
  sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'status', status: 403 });
  await payouts.start(forOperator);
  await stack.until(forOperator.reference, { waitingFor: 'operator' });
  for (const { reference } of [atManifest, bySignal, withoutInput, byButton, wrongInput])
    await stack.until(reference, { status: 'ready', waitingFor: 'date' });
  await stack.until(sent.reference, { status: 'sent' });
  return { sent, atManifest, bySignal, withoutInput, byButton, wrongInput, inDoubt, forOperator };
}
