import { ApplicationFailure } from '@temporalio/common';
import type { CancelResult, View } from '../src/payout/view.js';

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
