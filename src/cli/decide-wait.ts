import { isEnding, type Status, type WaitingFor } from '../payout/status.js';
import { EXIT, type ExitCode } from './exit-codes.js';

export interface Standing {
  readonly status: Status;
  readonly waitingFor: WaitingFor;
}

/** Whether waiting on can still change anything by itself: all have ended, or only a person can go on. */
export function isSettled(payouts: readonly Standing[]): boolean {
  const open = payouts.filter(({ status }) => !isEnding(status));
  const isDoubted = open.every(({ status }) => status === 'in_doubt');
  return open.length === 0 || (isDoubted && open.some(({ waitingFor }) => waitingFor === 'person'));
}

/** What a wait has come to, settled or out of time. Doubt outranks the rest: it may need a person. */
export function toExitCode(payouts: readonly Standing[]): ExitCode {
  if (payouts.some(({ status }) => status === 'in_doubt')) return EXIT.inDoubt;
  if (payouts.some(({ status }) => !isEnding(status))) return EXIT.waitedTooLong;
  return payouts.every(({ status }) => status === 'sent') ? EXIT.done : EXIT.refused;
}
