import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Show } from '../src/payout/show.js';
import type { CancelResult, PayoutInput, View } from '../src/payout/view.js';

export interface CancelMessage {
  readonly by?: string;
  readonly reason?: string;
}
export interface RescheduleMessage {
  readonly scheduledAt: string;
  readonly by?: string;
}
export interface ResumeMessage {
  readonly by?: string;
}
export interface ResolveMessage {
  readonly paid: boolean;
  readonly payAgain?: boolean;
  readonly by: string;
  readonly evidence: string;
}

export const cancelSignal = defineSignal<[CancelMessage?]>('cancel');
export const rescheduleSignal = defineSignal<[RescheduleMessage]>('reschedule');
export const resumeSignal = defineSignal<[ResumeMessage?]>('resume');
/** Something may have changed at the provider: look. Never changes a status by itself. */
export const nudgeSignal = defineSignal<[]>('nudge');

/** Where it stands by the ledger: a watcher wrote it down. One that is no newer than what is known changes nothing. */
export const seenSignal = defineSignal<[View]>('seen');

export const cancelUpdate = defineUpdate<CancelResult, [CancelMessage?]>('cancel');
export const rescheduleUpdate = defineUpdate<View, [RescheduleMessage]>('reschedule');
export const resolveUpdate = defineUpdate<View, [ResolveMessage]>('resolve');
/** A second start of the same reference: joins when it asks for the same, fails with `ReferenceConflict` otherwise. */
export const joinUpdate = defineUpdate<View, [PayoutInput]>('join');

export const stateQuery = defineQuery<View | Show | undefined>('state');
