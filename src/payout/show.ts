import { payableFrom } from './wanted.js';
import type { Facts, State } from './facts.js';
import type { OutcomeKind } from './outcome.js';
import type { PayoutRequest } from './request.js';
import type { Status, WaitingFor } from './status.js';

/** A payout as people and programs see it: `show --json`, the library's `status()` and the workflow's `state` query. */
export interface Show {
  readonly reference: string;
  readonly provider: string;
  readonly account: string;
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  /** One sentence: what is known, and from where. */
  readonly evidence: string;
  readonly providerReference: string | null;
  /** Minor units; null where the provider sets the amount and has not told it yet. */
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly scheduledAt: string | null;
  /** Until when a cancel can still work, where that is known. */
  readonly cancelableUntil: string | null;
  readonly exchanges: readonly ShownExchange[];
  readonly history: readonly ShownChange[];
}

export interface ShownExchange {
  readonly at: string;
  /** `open`: no outcome is written down yet. */
  readonly outcome: OutcomeKind | 'open';
}

export interface ShownChange {
  readonly at: string;
  readonly status: Status;
  readonly evidence: string;
}

export function toShow(facts: Facts, state: State = facts.state): Show {
  const { claim } = facts;
  const scheduledAt = payableFrom(facts) ?? null;
  return {
    reference: claim.reference,
    provider: claim.provider,
    account: claim.account,
    status: state.status,
    waitingFor: state.waitingFor,
    evidence: state.evidence,
    providerReference: state.providerReference,
    amountMinor: state.amountMinor ?? requestedMinor(claim.request),
    currency: currencyOf(claim.request),
    scheduledAt,
    cancelableUntil: state.status === 'ready' ? (isoOrNull(state.providerDateMs) ?? scheduledAt) : null,
    exchanges: facts.attempts.flatMap(({ exchanges }) =>
      exchanges.map(({ openedAtMs, outcomes }) => ({
        at: iso(openedAtMs),
        outcome: outcomes.at(-1)?.outcome.kind ?? 'open',
      })),
    ),
    history: withNewest(facts, state),
  };
}

/** The history with the status row that was written after the facts were read. */
function withNewest(facts: Facts, state: State): readonly ShownChange[] {
  const changes = facts.history.map(({ atMs, status, evidence }) => ({ at: iso(atMs), status, evidence }));
  if (state.version === facts.state.version) return changes;
  return [...changes, { at: iso(facts.nowMs), status: state.status, evidence: state.evidence }];
}

/** The amount asked for; null where the provider sets it (Respondent pays the project's incentive). */
export const requestedMinor = (request: PayoutRequest): number | null =>
  'amountMinor' in request
    ? request.amountMinor
    : request.expectedIncentiveMinor === undefined
      ? null
      : request.expectedIncentiveMinor + request.tipMinor;

export const currencyOf = (request: PayoutRequest): string => ('currency' in request ? request.currency : 'USD');

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));
