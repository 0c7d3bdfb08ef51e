import { randomUUID } from 'node:crypto';
import type { ManifestRequest, PayoutRequest, ProlificRequest, RespondentRequest } from '../../src/payout/request.js';

/** Requests as backend code writes them: everything that matters to a test is given by it, the rest is new each time. */

type Given<R> = Omit<R, 'account' | 'tipMinor'> & { readonly account?: string; readonly tipMinor?: number };

export const newReference = (about = 'p'): string => `${about}/${randomUUID()}`;

export const manifestRequest = (given: Partial<ManifestRequest> = {}): Given<ManifestRequest> => ({
  reference: newReference('manifest'),
  provider: 'manifest',
  accountConnection: 'acon_ada',
  amountMinor: 1500,
  currency: 'USD',
  ...given,
});

export const prolificRequest = (given: Partial<ProlificRequest> = {}): Given<ProlificRequest> => ({
  reference: newReference('prolific'),
  provider: 'prolific',
  studyId: 'study',
  ...(given.participantId === undefined ? { submissionId: `study-${shortId()}` } : {}),
  amountMinor: 250,
  currency: 'GBP',
  ...given,
});

export const respondentRequest = (given: Partial<RespondentRequest> = {}): Given<RespondentRequest> => ({
  reference: newReference('respondent'),
  provider: 'respondent',
  projectId: 'project',
  screenerResponseId: `response-${shortId()}`,
  payoutCount: 1,
  ...given,
});

/** The same payment asked of each provider, for what has to hold whoever pays. */
export const REQUESTS = {
  manifest: manifestRequest,
  prolific: prolificRequest,
  respondent: respondentRequest,
} satisfies Record<PayoutRequest['provider'], unknown>;

export type ProviderName = keyof typeof REQUESTS;

/** The route ids of the sandbox that move money. */
export const PAYING_ROUTES: Readonly<Record<ProviderName, string>> = {
  manifest: 'POST /payout',
  prolific: 'POST /bulk-bonus-payments/:id/pay/',
  respondent: 'POST /v1/projects/:projectId/screener-responses/:screenerResponseId/payouts',
};

export const PROVIDER_NAMES = Object.keys(REQUESTS) as readonly ProviderName[];

export const shortId = (): string => randomUUID().replaceAll('-', '').slice(0, 12);
