import type { Refused, Unready } from '../provider.js';
import type { ProlificApi } from './api.js';
import { shorten } from './error-detail.js';
import { unready } from './mapping.js';
import { readAllSubmissions } from './read-all-submissions.js';
import type { SubmissionRow } from './schemas.js';

export type FoundSubmission = { readonly kind: 'found'; readonly submissionId: string } | Refused | Unready;

/** The one submission of a participant in a study, or the one that the id itself names. None or several are refused: nobody chooses for the caller. */
export async function findSubmission(
  api: ProlificApi,
  studyId: string,
  participantId: string,
): Promise<FoundSubmission> {
  const list = await readAllSubmissions(api, studyId);
  if (list.kind !== 'read') return list;
  const own = list.rows.filter((row) => row.participantId === participantId);
  const whose = `participant ${participantId} has`;
  if (own.length > 1) {
    const names = own.map(nameOf).join(', ');
    return refused(`${whose} ${own.length} submissions in study ${studyId}: ${names}; name one by submissionId`);
  }
  // What could not be read may hold this participant's only submission, or a second one.
  if (list.gap !== undefined) {
    return unready(
      'provider',
      `submissions of study ${studyId}: ${list.gap}, so participant ${participantId} cannot be resolved`,
    );
  }
  const [only] = own;
  return only ? { kind: 'found', submissionId: only.id } : asSubmission(api, studyId, participantId);
}

/** Prolific's own form for bonuses has ids of participants or of submissions, and does not say which. */
async function asSubmission(api: ProlificApi, studyId: string, id: string): Promise<FoundSubmission> {
  const answer = await api.readSubmission(id);
  if (answer.kind === 'unready') return answer;
  const isOfStudy = answer.kind === 'answered' && answer.value.id === id && answer.value.study_id === studyId;
  return isOfStudy
    ? { kind: 'found', submissionId: id }
    : refused(`participant ${id} has no submission in study ${studyId}: check studyId and participantId`);
}

const nameOf = ({ id, status }: SubmissionRow): string => (status === undefined ? id : `${id} (${status})`);

const refused = (message: string): Refused => ({ kind: 'refused', message: shorten(message) });
