import { context, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { markError, workflowAttributes, type CurrentStep } from './step.js';
import { withSpan } from './trace-context.js';

/** What starts a workflow is a span, and the workflow's steps belong to it. It ends when the server has answered, not when they have. */
export function traceStarts(tracer: Tracer, current: CurrentStep): WorkflowClientInterceptor {
  const inSpan = async <T>(name: string, workflowId: string, start: (span: Span) => Promise<T>): Promise<T> => {
    const parent = current.getStore()?.context ?? context.active();
    const attributes = workflowAttributes(workflowId);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
    try {
      return await context.with(trace.setSpan(parent, span), () => start(span));
    } catch (error) {
      const type = error instanceof Error ? error.name : 'unknown';
      // It is joined, and not started a second time.
      if (type !== 'WorkflowExecutionAlreadyStartedError') markError(span, type);
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    startWithDetails: (input, next) =>
      inSpan(`StartWorkflow:${input.workflowType}`, input.options.workflowId, (span) =>
        next({ ...input, headers: withSpan(input.headers, span.spanContext()) }),
      ),
    signalWithStart: (input, next) =>
      inSpan(`SignalWithStartWorkflow:${input.workflowType}`, input.options.workflowId, (span) =>
        next({ ...input, headers: withSpan(input.headers, span.spanContext()) }),
      ),
    startUpdateWithStart: (input, next) =>
      inSpan(`UpdateWithStartWorkflow:${input.workflowType}`, input.workflowStartOptions.workflowId, (span) =>
        next({ ...input, workflowStartHeaders: withSpan(input.workflowStartHeaders, span.spanContext()) }),
      ),
  };
}
