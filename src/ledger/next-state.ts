import type { Ruling } from '../payout/decide.js';
import type { Facts, State } from '../payout/facts.js';

/** The state after a ruling. What the provider told before is kept where it now tells nothing. */
export function nextState({ state, nowMs }: Facts, ruling: Ruling): State {
  const { seen, next } = ruling;
  return {
    version: state.version,
    status: ruling.status,
    waitingFor: ruling.waitingFor,
    evidence: ruling.evidence,
    providerReference: seen?.providerReference ?? state.providerReference,
    amountMinor: seen?.amountMinor ?? state.amountMinor,
    mayReturn: seen?.mayReturn ?? state.mayReturn,
    providerDateMs: seen?.date === undefined ? state.providerDateMs : Date.parse(seen.date),
    sinceMs: ruling.status === state.status ? state.sinceMs : nowMs,
    nextAtMs: next.do === 'end' ? (next.lookAgainAtMs ?? null) : next.do === 'wait' ? next.untilMs : nowMs,
  };
}
