import type { OutcomeKind, Outcome } from '../../src/payout/outcome.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import type { HttpResult } from '../../src/providers/http.js';
import { manifestExamples } from '../../src/providers/manifest/examples.js';
import { toOutcome as toManifestOutcome } from '../../src/providers/manifest/mapping.js';
import { prolificExamples } from '../../src/providers/prolific/examples.js';
import { toPayOutcome as toProlificOutcome } from '../../src/providers/prolific/mapping.js';
import { PROVIDERS } from '../../src/providers/registry.js';
import { respondentExamples } from '../../src/providers/respondent/examples.js';
import { toOutcome as toRespondentOutcome } from '../../src/providers/respondent/mapping.js';

export interface Example {
  readonly name: string;
  /** What the paying call brought back. */
  readonly result: HttpResult;
  readonly outcome: OutcomeKind;
}

/** What the contract suite needs of a provider beside its place in the registry. A fourth provider adds one entry. */
interface Subject {
  readonly examples: readonly Example[];
  /** The outcome of the paying call. */
  readonly toOutcome: (result: HttpResult) => Outcome;
  /** A request with nothing in it that need not be. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Refusals of the paying call beyond those of every provider, each with the place that names it. */
  readonly refusals: Readonly<Record<number, string>>;
}

const REFERENCE = 'study-42/p-007';

const SUBJECTS: Readonly<Record<PayoutRequest['provider'], Subject>> = {
  manifest: {
    examples: manifestExamples,
    toOutcome: (result) => toManifestOutcome(result),
    request: {
      reference: REFERENCE,
      provider: 'manifest',
      accountConnection: 'acon_X',
      amountMinor: 1500,
      currency: 'USD',
    },
    refusals: {},
  },
  prolific: {
    examples: prolificExamples,
    toOutcome: toProlificOutcome,
    request: {
      reference: REFERENCE,
      provider: 'prolific',
      studyId: 'study',
      submissionId: 'submission',
      amountMinor: 250,
      currency: 'GBP',
    },
    refusals: {
      405: 'in the list of codes that Prolific gives for its whole API',
      429: 'in the table of the paying call: its records are read before a repeat',
    },
  },
  respondent: {
    examples: respondentExamples,
    toOutcome: toRespondentOutcome,
    request: {
      reference: REFERENCE,
      provider: 'respondent',
      projectId: 'project',
      screenerResponseId: 'response',
      payoutCount: 2,
    },
    refusals: { 429: 'in the table of the paying call: the counts are read before a repeat' },
  },
};

/** Every provider of the registry with what the suite needs of it. */
export const CONTRACTED = PROVIDERS.map((provider) => ({
  name: provider.name,
  provider,
  subject: SUBJECTS[provider.name as PayoutRequest['provider']],
}));
