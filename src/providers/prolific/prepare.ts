import type { ProlificRequest } from '../../payout/request.js';
import type { Call, Identified, Preparation } from '../provider.js';
import { toMajorUnits } from './amounts.js';
import type { ProlificApi } from './api.js';
import { shorten } from './error-detail.js';
import { payPath } from './pay-path.js';
import type { SetUp, Submission } from './schemas.js';

/** Snapshot first, then the set-up, then its answer is checked against what was asked. Pays nothing. */
export async function prepare(
  api: ProlificApi,
  request: ProlificRequest,
  { subject }: Identified,
  earlier?: Call,
): Promise<Preparation> {
  const submissionId = subject ?? request.submissionId;
  if (submissionId === undefined) return refused('no submission was named');

  const submission = await api.readSubmission(submissionId);
  if (submission.kind !== 'answered') return submission;
  const stranger = findStranger(submission.value, request, submissionId);
  if (stranger !== undefined) return refused(stranger);
  const snapshot = { submissionId, bonusPayments: [...(submission.value.bonus_payments ?? [])] };
  if (earlier) return { kind: 'prepared', call: earlier, snapshot };

  const setUp = await api.setUp(request.studyId, `${submissionId},${toMajorUnits(request.amountMinor)}`);
  if (setUp.kind !== 'answered') return setUp;
  const mismatch = findMismatch(setUp.value, request);
  if (mismatch !== undefined) return refused(`${mismatch}: not paid`);
  return { kind: 'prepared', call: { method: 'POST', path: payPath(setUp.value.id), body: '{}' }, snapshot };
}

/** Why this is not the submission that was asked for, or nothing. */
export function findStranger(
  submission: Submission,
  request: ProlificRequest,
  submissionId: string,
): string | undefined {
  // Lanes go by the id: one submission under two spellings could be paid under two lanes at once.
  if (submission.id !== submissionId)
    return `Prolific answered with submission ${submission.id} for ${submissionId}: use that id`;
  if (submission.study_id !== request.studyId) {
    return `submission ${submissionId} is of study ${submission.study_id}, not of ${request.studyId}: check studyId`;
  }
  const participantId = submission.participant ?? submission.participant_id;
  if (
    request.participantId !== undefined &&
    request.participantId !== submission.id &&
    typeof participantId === 'string' &&
    participantId !== request.participantId
  ) {
    return `submission ${submissionId} is of participant ${participantId}, not of ${request.participantId}`;
  }
  return undefined;
}

/** The total holds fees as well, which are a third to a half; pounds taken for pence would be a hundredfold. */
const HIGHEST_TOTAL_FACTOR = 2;

/** What the set-up understood otherwise than asked, or nothing. Its study is not compared: Prolific's own example differs there. */
export function findMismatch(
  setUp: SetUp,
  { amountMinor, currency }: Pick<ProlificRequest, 'amountMinor' | 'currency'>,
): string | undefined {
  const foreign = [setUp.currency, setUp.currency_code].find((told) => told && told.toUpperCase() !== currency);
  if (foreign) return `set-up answered in ${foreign}, asked for ${currency}`;
  const { amount, total_amount: total } = setUp;
  const hasAmount = typeof amount === 'number';
  if (hasAmount && amount !== amountMinor) return `set-up answered an amount of ${amount}, asked for ${amountMinor}`;
  if (total < amountMinor || (!hasAmount && total > amountMinor * HIGHEST_TOTAL_FACTOR)) {
    return `set-up answered a total of ${total} with fees, asked for ${amountMinor}`;
  }
  return undefined;
}

const refused = (message: string): Preparation => ({ kind: 'refused', message: shorten(message) });
