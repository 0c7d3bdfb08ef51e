import { describe, expect, it } from 'vitest';
import { countActions, type HistoryEvent } from '../../bench/throughput/count-actions.js';

/** Only what is counted is filled in. */
const history = (...events: readonly object[]): readonly HistoryEvent[] =>
  events.map((event, index) => ({ eventId: index + 1, ...event }) as unknown as HistoryEvent);

const STARTED = { workflowExecutionStartedEventAttributes: {} };
const TASK = [
  { workflowTaskScheduledEventAttributes: {} },
  { workflowTaskStartedEventAttributes: {} },
  { workflowTaskCompletedEventAttributes: {} },
];
const ACTIVITY = { activityTaskScheduledEventAttributes: {} };
const attempt = (number: number) => ({ activityTaskStartedEventAttributes: { attempt: number } });
const ENDED = { workflowExecutionCompletedEventAttributes: {} };
const upsert = (...names: readonly string[]) => ({
  upsertWorkflowSearchAttributesEventAttributes: {
    searchAttributes: { indexedFields: Object.fromEntries(names.map((name) => [name, {}])) },
  },
});
const markerOf = (task: number) => ({ markerRecordedEventAttributes: { workflowTaskCompletedEventId: task } });
const SIGNALED = { workflowExecutionSignaledEventAttributes: {} };

describe('the count of Actions', () => {
  it('counts a start and its activity, and no workflow task: the floor costs two', () => {
    expect(countActions(history(STARTED, ...TASK, ACTIVITY, attempt(1), ...TASK, ENDED))).toBe(2);
  });

  it('counts each retry of an activity', () => {
    expect(countActions(history(STARTED, ...TASK, ACTIVITY, attempt(3)))).toBe(4);
  });

  it('counts a child twice: once where it is asked for, once where it starts', () => {
    const parent = history(STARTED, ...TASK, { startChildWorkflowExecutionInitiatedEventAttributes: {} });
    expect(countActions(parent) + countActions(history(STARTED, ...TASK, ENDED))).toBe(3);
  });

  it('counts an upsert once whatever it holds, and not at all where it holds versions only', () => {
    expect(countActions(history(STARTED, ...TASK, upsert('PayoutStatus', 'PayoutWaitingFor')))).toBe(2);
    expect(countActions(history(STARTED, ...TASK, upsert('TemporalChangeVersion')))).toBe(1);
  });

  it('counts the markers of one workflow task together', () => {
    expect(countActions(history(STARTED, ...TASK, markerOf(4), markerOf(4), ...TASK, markerOf(9)))).toBe(3);
  });

  it('counts signals, timers and updates, and a start with a signal once', () => {
    expect(countActions(history(STARTED, SIGNALED, ...TASK))).toBe(1);
    expect(countActions(history(STARTED, ...TASK, SIGNALED, { timerStartedEventAttributes: {} }))).toBe(3);
    expect(countActions(history(STARTED, ...TASK, { workflowExecutionUpdateAcceptedEventAttributes: {} }))).toBe(2);
  });
});
