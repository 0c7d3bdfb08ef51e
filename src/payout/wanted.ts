import { pickChange, type Change } from './change.js';
import type { Decision, Facts } from './facts.js';
import type { PayoutRequest } from './request.js';

/** When it may be paid, after every reschedule. */
export const payableFrom = (facts: Facts): string | undefined =>
  rescheduledTo(facts) ?? facts.claim.request.scheduledAt;

export const rescheduledTo = ({ decisions }: Facts): string | undefined => decidedChange(decisions).scheduledAt;

/** The request as it is to be paid: as claimed, but for what was decided since. What is claimed stays what it was. */
export const wantedRequest = ({ claim, decisions }: Facts): PayoutRequest => ({
  ...claim.request,
  ...decidedChange(decisions),
});

/** Of each field the last word. */
export const decidedChange = (decisions: readonly Decision[]): Change =>
  Object.assign({}, ...decisions.map((one) => (one.kind === 'reschedule' ? pickChange(one) : {}))) as Change;

/**
 * What a provider that has the payout has to be told: what was decided since the first request was written down, for what was
 * decided before stands in it. A date may be kept by us meanwhile, so that its last word counts whenever it was said.
 */
export function changeToCarry({ attempts, decisions }: Facts): Change {
  const writtenAtMs = attempts[0]?.exchanges[0]?.openedAtMs ?? 0;
  const { scheduledAt } = decidedChange(decisions);
  const since = decidedChange(decisions.filter(({ atMs }) => atMs >= writtenAtMs));
  return { ...since, ...(scheduledAt === undefined ? {} : { scheduledAt }) };
}

export function cancelWanted(facts: Facts) {
  // Who says "pay again" after a cancel was asked for has decided anew.
  const anew = facts.decisions.findLastIndex((decision) => decision.kind === 'resolve' && decision.payAgain);
  const decision = facts.decisions.slice(anew + 1).find(({ kind }) => kind === 'cancel');
  return decision?.kind === 'cancel' ? decision : undefined;
}
