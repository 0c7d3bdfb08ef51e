import type { Change } from '../../src/payout/change.js';
import type { News, Rules, Ruling } from '../../src/payout/decide.js';
import type { Decision, DecisionMade, Exchange, Facts, RecordedOutcome, State } from '../../src/payout/facts.js';
import type { Outcome, Seen, Sighting } from '../../src/payout/outcome.js';
import type { ManifestRequest } from '../../src/payout/request.js';
import type { Timing } from '../../src/payout/timing.js';

/** Facts in one line: every instant is seconds after the claim. */

const CLAIMED_AT_MS = Date.parse('2026-01-01T00:00:00.000Z');
export const at = (seconds: number): number => CLAIMED_AT_MS + seconds * 1_000;
export const isoAt = (seconds: number): string => new Date(at(seconds)).toISOString();

/** A request that is opened at 0 closes at 40; missing records can mean something at 340. */
export const TIMING: Timing = {
  httpTimeoutMs: 30_000,
  sendByMs: 10_000,
  settleMs: 300_000,
  pollMs: 5_000,
  keyWindowMs: 3_600_000,
  operatorRetryMs: 1_800_000,
  returnWindowMs: 864_000_000,
  watchMs: 60_000,
  fallbackMs: 604_800_000,
};
export const CLOSES = 40;
export const SETTLED = 340;
export const KEY_WINDOW = 3_600;

export const CREDENTIALS = 'credentials';

const rules = (given: Partial<Rules> & Pick<Rules, 'contract'>): Rules => ({
  scheduling: 'timer',
  cancelsAtProvider: false,
  guardProven: false,
  isWatched: false,
  credentials: CREDENTIALS,
  timing: TIMING,
  ...given,
});

/** The four policies that a repeat can have. */
export const RULES = {
  idempotent: rules({ contract: 'idempotent', scheduling: 'provider', cancelsAtProvider: true }),
  guarded: rules({ contract: 'guarded' }),
  proven: rules({ contract: 'guarded', guardProven: true }),
  unguarded: rules({ contract: 'unguarded' }),
} as const;
export type RulesName = keyof typeof RULES;

export const ACCEPTED: Outcome = { kind: 'accepted', httpStatus: 202 };
export const UNSENT: Outcome = { kind: 'unsent', cause: 'ECONNREFUSED' };
export const AMBIGUOUS: Outcome = { kind: 'ambiguous', cause: 'ECONNRESET' };
const rejected = (httpStatus: number, given: Pick<Outcome & { kind: 'rejected' }, 'reason' | 'mend'>): Outcome => ({
  kind: 'rejected',
  httpStatus,
  message: `answered ${httpStatus}`,
  ...given,
});
export const REFUSED = rejected(422, { reason: 'invalid', mend: 'never' });
export const NO_FUNDS = rejected(402, { reason: 'payment_required', mend: 'operator' });
export const THROTTLED = rejected(429, { reason: 'rate_limited', mend: 'later' });

/** An outcome that is recorded long after its exchange was opened. */
export const late = (seconds: number, outcome: Outcome): RecordedOutcome => ({ atMs: at(seconds), outcome });

/** An exchange opened at that second; an outcome is recorded one second later unless it is `late`. */
export const call = (opened: number, ...outcomes: readonly (Outcome | RecordedOutcome)[]): Exchange => ({
  id: opened,
  openedAtMs: at(opened),
  sendByMs: at(opened + 10),
  closesAtMs: at(opened + CLOSES),
  credentials: CREDENTIALS,
  snapshot: null,
  outcomes: outcomes.map((one) => ('outcome' in one ? one : late(opened + 1, one))),
});

export const withOtherCredentials = (exchange: Exchange): Exchange => ({ ...exchange, credentials: 'others' });

const said = (seconds: number, decision: DecisionMade): Decision => ({ ...decision, id: seconds, atMs: at(seconds) });
export const cancel = (seconds: number) => said(seconds, { kind: 'cancel', by: 'Ada', reason: '' });
export const resume = (seconds: number) => said(seconds, { kind: 'resume', by: 'Ada' });
export const reschedule = (seconds: number, to: number) =>
  said(seconds, { kind: 'reschedule', by: 'Ada', scheduledAt: isoAt(to) });
export const change = (seconds: number, wanted: Change) => said(seconds, { kind: 'reschedule', by: 'Ada', ...wanted });
const resolve = (seconds: number, paid: boolean, payAgain: boolean) =>
  said(seconds, { kind: 'resolve', by: 'Ada', paid, payAgain, evidence: 'the bank statement' });
export const paid = (seconds: number) => resolve(seconds, true, false);
export const notPaid = (seconds: number) => resolve(seconds, false, false);
export const payAgain = (seconds: number) => resolve(seconds, false, true);

export interface FactsGiven extends Partial<Omit<State, 'sinceMs' | 'providerDateMs'>> {
  readonly now: number;
  readonly calls?: readonly Exchange[];
  readonly decisions?: readonly Decision[];
  /** Since when it has its status. */
  readonly since?: number;
  readonly request?: Partial<ManifestRequest>;
}

export function facts({ now, calls = [], decisions = [], since = 0, request, ...state }: FactsGiven): Facts {
  const reference = 'study-42/p-007';
  return {
    nowMs: at(now),
    claim: {
      reference,
      provider: 'manifest',
      account: 'default',
      host: 'http://provider.example',
      credentials: CREDENTIALS,
      request: {
        reference,
        provider: 'manifest',
        account: 'default',
        accountConnection: 'acon_X',
        amountMinor: 1500,
        currency: 'USD',
        ...request,
      },
      claimedAtMs: at(0),
    },
    state: {
      version: 1,
      status: 'created',
      waitingFor: 'nothing',
      evidence: 'accepted and claimed',
      providerReference: null,
      amountMinor: null,
      mayReturn: false,
      providerDateMs: null,
      sinceMs: at(since),
      nextAtMs: null,
      ...state,
    },
    attempts:
      calls.length === 0
        ? []
        : [
            {
              id: 1,
              number: 1,
              idempotencyKey: 'key',
              call: { method: 'POST', path: '/payout', body: '{}' },
              subject: null,
              exchanges: calls,
            },
          ],
    decisions,
    history: [{ atMs: at(0), status: 'created', evidence: 'accepted and claimed' }],
  };
}

export const ABSENT: Sighting = { kind: 'absent', proven: false, because: 'it is not there' };
export const PROVEN_ABSENT: Sighting = { kind: 'absent', proven: true, because: 'it is not there' };

/** A look that was asked for at an instant: just now, unless given. */
export const askedFor = <S extends Sighting | undefined>(look: S, { nowMs }: Facts, askedAtMs = nowMs): S =>
  look?.kind === 'absent' || look?.kind === 'present' ? { ...look, askedAtMs } : look;
export const UNREADABLE: Sighting = { kind: 'unreadable', waitingFor: 'provider', because: 'answered 503' };
export const LOCKED: Sighting = { kind: 'unreadable', waitingFor: 'operator', because: 'answered 401' };
export const CONTRADICTION: Sighting = { kind: 'contradiction', because: 'it shows another amount' };
export const present = (status: Seen['status'], more: Partial<Seen> = {}): Sighting => ({
  kind: 'present',
  seen: { status, ...more },
  because: `its records show ${status}`,
});

export const NOTHING_NEW: News = { kind: 'none' };
export const looked = (sighting: Sighting): News => ({ kind: 'sighting', sighting });
export const hindered = (waitingFor: 'operator' | 'provider' | 'lane'): News => ({
  kind: 'hindered',
  waitingFor,
  message: 'not now',
});
export const REFUSED_BEFORE: News = { kind: 'refused', message: 'not this one' };

/** A ruling in one line, such as `in_doubt provider, look_up in 5 s`. */
export function inWords({ status, waitingFor, isBreak, next }: Ruling, { nowMs }: Facts): string {
  const then = next.do === 'wait' ? `${next.afterwards} in ${(next.untilMs - nowMs) / 1_000} s` : next.do;
  return `${status} ${waitingFor}, ${then}${isBreak ? ', a break' : ''}`;
}
