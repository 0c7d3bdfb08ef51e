import type { Facts } from './facts.js';

/** When it may be paid, after every reschedule. */
export const payableFrom = (facts: Facts): string | undefined =>
  rescheduledTo(facts) ?? facts.claim.request.scheduledAt;

export function rescheduledTo(facts: Facts): string | undefined {
  const decision = facts.decisions.findLast(({ kind }) => kind === 'reschedule');
  return decision?.kind === 'reschedule' ? decision.scheduledAt : undefined;
}

export function cancelWanted(facts: Facts) {
  // Who says "pay again" after a cancel was asked for has decided anew.
  const anew = facts.decisions.findLastIndex((decision) => decision.kind === 'resolve' && decision.payAgain);
  const decision = facts.decisions.slice(anew + 1).find(({ kind }) => kind === 'cancel');
  return decision?.kind === 'cancel' ? decision : undefined;
}
