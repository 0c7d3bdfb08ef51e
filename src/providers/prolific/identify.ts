import type { ProlificRequest } from '../../payout/request.js';
import { BY_CREDENTIALS, type Identified, type Identity } from '../provider.js';
import type { ProlificApi } from './api.js';
import type { ProlificConfig } from './config.js';
import { findSubmission } from './find-submission.js';

/** Names the submission to pay and the lanes: one payment at a time per submission, one call at a time per workspace. */
export async function identify(api: ProlificApi, config: ProlificConfig, request: ProlificRequest): Promise<Identity> {
  const found = await submissionOf(api, request);
  if (found.kind !== 'found') return found;
  return lanesOf(config, found.submissionId);
}

/** One payment at a time on a submission, one call at a time in a workspace. */
export function lanesOf(config: ProlificConfig, submissionId: string): Identified {
  const { host } = new URL(config.baseUrl);
  return {
    kind: 'identified',
    subject: submissionId,
    subjectLane: `prolific/${host}/submission/${submissionId}`,
    callLane: `prolific/${host}/workspace/${workspaceOf(config)}`,
  };
}

async function submissionOf(api: ProlificApi, { studyId, submissionId, participantId }: ProlificRequest) {
  if (submissionId !== undefined) return { kind: 'found', submissionId } as const;
  if (participantId !== undefined) return findSubmission(api, studyId, participantId);
  return { kind: 'refused', message: 'neither submissionId nor participantId is given' } as const;
}

/** Without a workspace id each token has a lane of its own: two tokens of one workspace are then not kept apart. */
const workspaceOf = ({ workspaceId }: ProlificConfig): string => workspaceId ?? BY_CREDENTIALS;
