import type { Claim, Facts } from '../payout/facts.js';

export const CLAIMED = 'accepted and claimed';

/** All that is known of a payout at its claim: nobody else can know anything of it yet. */
export const freshFacts = (claim: Omit<Claim, 'claimedAtMs'>, nowMs: number, version: number): Facts => ({
  nowMs,
  claim: { ...claim, claimedAtMs: nowMs },
  state: {
    version,
    status: 'created',
    waitingFor: 'nothing',
    evidence: CLAIMED,
    providerReference: null,
    amountMinor: null,
    mayReturn: false,
    providerDateMs: null,
    sinceMs: nowMs,
    nextAtMs: nowMs,
  },
  attempts: [],
  decisions: [],
  history: [{ atMs: nowMs, status: 'created', evidence: CLAIMED }],
});
