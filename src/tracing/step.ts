import { AsyncLocalStorage } from 'node:async_hooks';
import { SpanStatusCode, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { referenceIn } from '../observability/reference-in.js';

/** The step under way: what its requests, and the workflows that it starts, belong to. */
export interface Step {
  readonly span: Span;
  readonly context: Context;
  /** Whose credentials it has. */
  readonly account: Attributes;
}

/** Of its own, so that a caller need not have registered a context manager. */
export type CurrentStep = AsyncLocalStorage<Step>;
export const createCurrentStep = (): CurrentStep => new AsyncLocalStorage<Step>();

/** By a type alone: a message may hold what somebody wrote. */
export function markError(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The workflow as Temporal's own tracing names it, and the payout by its reference, as the logs have it. */
export function workflowAttributes(workflowId: string, runId?: string): Attributes {
  const reference = referenceIn(workflowId);
  return {
    temporalWorkflowId: workflowId,
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(reference === undefined ? {} : { 'payouts.reference': reference }),
  };
}
