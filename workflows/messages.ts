import { rawValueTypeInfo, type RawValue } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Change } from '../src/payout/change.js';
import type { Progress } from '../src/payout/batch.js';
import type { Added, AddInput } from '../src/payout/batch-input.js';
import type { Show } from '../src/payout/show.js';
import type { CancelResult, PayoutInput, View } from '../src/payout/view.js';
import type { Hint } from '../src/payout/watch-input.js';

export interface CancelMessage {
  readonly by?: string;
  readonly reason?: string;
}
/** Another date, description or metadata: at least one of them. */
export interface ChangeMessage extends Change {
  readonly by?: string;
}
/** The same with a date in it, as those send it who only move dates. */
export interface RescheduleMessage extends ChangeMessage {
  readonly scheduledAt: string;
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
export const rescheduleSignal = defineSignal<[ChangeMessage]>('reschedule');
export const resumeSignal = defineSignal<[ResumeMessage?]>('resume');
/** Something may have changed at the provider: look. Never changes a status by itself. */
export const nudgeSignal = defineSignal<[]>('nudge');
/** The same for a watcher: which payouts are said to have changed. */
export const watchNudgeSignal = defineSignal<[{ readonly hints: readonly Hint[] }?]>('nudge');

/** Where it stands by the ledger: a watcher wrote it down. One that is no newer than what is known changes nothing. */
export const seenSignal = defineSignal<[View]>('seen');

/**
 * The same signals as the workflow hears them, not decoded: the UI sends whatever is typed, in an encoding of the sender's choice, and
 * a signal that the SDK cannot decode stops a workflow for good. See `read-signal.ts`.
 */
const undecoded = (name: string) => defineSignal<[RawValue?]>(name, { typeInfo: { inputTypes: [rawValueTypeInfo] } });
export const heard = {
  cancel: undecoded('cancel'),
  reschedule: undecoded('reschedule'),
  resume: undecoded('resume'),
  nudge: undecoded('nudge'),
  seen: undecoded('seen'),
} as const;

export const cancelUpdate = defineUpdate<CancelResult, [CancelMessage?]>('cancel');
export const rescheduleUpdate = defineUpdate<View, [ChangeMessage]>('reschedule');
export const resolveUpdate = defineUpdate<View, [ResolveMessage]>('resolve');
/** A second start of the same reference: joins when it asks for the same, fails with `ReferenceConflict` otherwise. */
export const joinUpdate = defineUpdate<View, [PayoutInput]>('join');

export const stateQuery = defineQuery<View | Show | undefined>('state');

/** Some rows of a batch's file. They are only written down. */
export const addUpdate = defineUpdate<Added, [Omit<AddInput, 'batchId'>]>('add');
/** The file is here whole. */
export const beginUpdate = defineUpdate<void, [{ readonly total: number }]>('begin');
export const progressQuery = defineQuery<Progress | undefined>('progress');
