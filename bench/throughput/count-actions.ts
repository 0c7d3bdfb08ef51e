import type { WorkflowHandle } from '@temporalio/client';

export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/**
 * The Actions that Temporal Cloud would bill for these events, by its list at https://docs.temporal.io/evaluate/cloud/actions.
 * Queries and heartbeats are Actions too, and stand in no history.
 */
export function countActions(events: readonly HistoryEvent[]): number {
  const tasksWithMarkers = new Set(
    events.flatMap((event) => event.markerRecordedEventAttributes?.workflowTaskCompletedEventId?.toString() ?? []),
  );
  return tasksWithMarkers.size + events.reduce((sum, event) => sum + actionsOf(event), 0);
}

function actionsOf(event: HistoryEvent): number {
  // What started it together with a signal is one Action: the start's.
  if (event.workflowExecutionSignaledEventAttributes) return Number(event.eventId) === 2 ? 0 : 1;
  // The first attempt is the scheduling's; each one more was a retry.
  if (event.activityTaskStartedEventAttributes) return (event.activityTaskStartedEventAttributes.attempt ?? 1) - 1;
  if (event.upsertWorkflowSearchAttributesEventAttributes) return isVersionOnly(event) ? 0 : 1;
  return ONE_EACH.some((attributes) => event[attributes]) ? 1 : 0;
}

/** A child costs two: this one in its parent's history, and its own start. A new run after continue-as-new costs its start. */
const ONE_EACH = [
  'workflowExecutionStartedEventAttributes',
  'startChildWorkflowExecutionInitiatedEventAttributes',
  'activityTaskScheduledEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'workflowExecutionOptionsUpdatedEventAttributes',
  // Not on the list, but the server's own counter of Actions has it.
  'workflowPropertiesModifiedEventAttributes',
] as const satisfies readonly (keyof HistoryEvent)[];

/** Written by `patched()`, and free. */
function isVersionOnly({ upsertWorkflowSearchAttributesEventAttributes: attributes }: HistoryEvent): boolean {
  const names = Object.keys(attributes?.searchAttributes?.indexedFields ?? {});
  return names.length > 0 && names.every((name) => name === 'TemporalChangeVersion');
}
