import { ApplicationFailure } from '@temporalio/common';
import { isEnding } from '../src/payout/status.js';
import type { CancelResult, View } from '../src/payout/view.js';

/** Whether a cancel has come to an end, and to which. */
export function cancelAnswer({ status, next }: View): CancelResult | undefined {
  if (status === 'canceled') return { result: 'canceled', status };
  if (status === 'in_doubt') return { result: 'in_doubt', status };
  if (status === 'pending' || isEnding(status)) return { result: 'too_late', status };
  // It stays in force and is asked for again, and nobody has to wait for that.
  if (next.do === 'wait' && next.isRefused) return { result: 'too_late', status };
  return next.do === 'end' ? { result: 'too_late', status } : undefined;
}

/** Why a change does not take place, as far as the records showed by then. */
export function changeRefusal({ reference, status, evidence, next }: View): string | undefined {
  if (status !== 'created' && status !== 'ready')
    return `too late to change ${reference}: it is ${status}; ${evidence}`;
  if (next.do !== 'wait' || !next.isRefused) return undefined;
  return `the provider does not take it, and is asked again ever more rarely: ${evidence}`;
}

/** In words, for the page. */
export function nameRefusal(error: unknown): string {
  if (!(error instanceof ApplicationFailure)) throw error;
  return `refused: ${error.message}`;
}

export const counted = ({ status }: View): string => `counted; it is ${status}`;

export function nameCancel({ result, status }: CancelResult): string {
  switch (result) {
    case 'canceled':
      return 'canceled';
    case 'too_late':
      return `too late: it is ${status}`;
    case 'in_doubt':
      return 'in doubt: no further request is made; whether it was paid is not known';
    default:
      return result satisfies never;
  }
}
