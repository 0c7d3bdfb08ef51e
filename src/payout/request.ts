import type { JsonObject } from './json.js';

/** The key in a provider's free-form data under which we write the reference, so that a payment can be found by it. */
export const TAG = 'payout_reference';

/** Whom a request can name. */
export const PROVIDER_NAMES: readonly PayoutRequest['provider'][] = ['manifest', 'prolific', 'respondent'];

/** What every request has, whoever pays. The rest is the provider's own (see `src/providers/<name>/schemas.ts`). */
export interface CommonRequest {
  /** Chosen by the caller, `[A-Za-z0-9._:/-]{1,200}`; unique for ever. */
  readonly reference: string;
  readonly provider: string;
  /** One set of credentials at the provider; `default` where none is named. */
  readonly account: string;
  /** Instant in UTC, `YYYY-MM-DDTHH:mm:ss.sssZ`. Absent: pay now. */
  readonly scheduledAt?: string | undefined;
  /** Kept with the payout; not content, so a repeat may carry other metadata. */
  readonly metadata?: JsonObject | undefined;
}

export interface ManifestRequest extends CommonRequest {
  readonly provider: 'manifest';
  readonly accountConnection: string;
  readonly amountMinor: number;
  readonly currency: 'USD';
  readonly description?: string | undefined;
}

export interface ProlificRequest extends CommonRequest {
  readonly provider: 'prolific';
  readonly studyId: string;
  readonly submissionId?: string | undefined;
  readonly participantId?: string | undefined;
  readonly amountMinor: number;
  readonly currency: 'GBP' | 'USD';
}

export interface RespondentRequest extends CommonRequest {
  readonly provider: 'respondent';
  readonly projectId: string;
  readonly screenerResponseId: string;
  /** The n-th payment of this screener response, 1 to 5. */
  readonly payoutCount: number;
  readonly tipMinor: number;
  /** When given, the project's incentive is read and compared before anything is paid. */
  readonly expectedIncentiveMinor?: number | undefined;
}

export type PayoutRequest = ManifestRequest | ProlificRequest | RespondentRequest;

/** A request as a caller writes it: what has a default may be left out. */
export type PayoutRequestInput =
  | Given<ManifestRequest, 'account'>
  | Given<ProlificRequest, 'account'>
  | Given<RespondentRequest, 'account' | 'tipMinor'>;
type Given<Request, Defaulted extends keyof Request> = Omit<Request, Defaulted> & Partial<Pick<Request, Defaulted>>;
