import { REQUESTS, respondentRequest, shortId, type ProviderName } from '../../support/requests.js';

type Request = ReturnType<(typeof REQUESTS)[ProviderName]>;

/** A request in a project of its own: Respondent's reads name nothing else. */
export const aloneRequest = (provider: ProviderName): Request =>
  provider === 'respondent' ? respondentRequest({ projectId: `project-${shortId()}` }) : REQUESTS[provider]();

/** What every call of such a payout holds, so that a fault can be about it and leave the tests beside it alone. */
export function aboutOf(request: Request): string {
  if ('projectId' in request) return request.projectId;
  return 'submissionId' in request ? String(request.submissionId) : request.reference;
}
