import type { PayoutRequest } from '../payout/request.js';
import { manifestJournalKey, manifestSandbox } from '../providers/manifest/sandbox.js';
import { prolificJournalKey, prolificSandbox } from '../providers/prolific/sandbox.js';
import { respondentJournalKey, respondentSandbox } from '../providers/respondent/sandbox.js';
import type { SandboxFactory } from './provider.js';

/** Every provider's simulated API, as it is unless a test asks for more. */
export const sandboxFactories = (): readonly SandboxFactory[] => [
  manifestSandbox(),
  prolificSandbox(),
  respondentSandbox(),
];

/** What the journal calls the payment that a request asks for. `subject`: what was resolved before it was paid. */
export function journalKey(request: PayoutRequest, subject: string | null): string {
  switch (request.provider) {
    case 'manifest':
      return manifestJournalKey(request);
    case 'prolific':
      return prolificJournalKey(request, subject ?? undefined);
    case 'respondent':
      return respondentJournalKey(request);
    default:
      return request satisfies never;
  }
}
