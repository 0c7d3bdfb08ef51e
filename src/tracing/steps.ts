import { context, SpanKind, trace, type Attributes, type Tracer } from '@opentelemetry/api';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { standingOf } from '../observability/step-log.js';
import { markError, workflowAttributes, type CurrentStep } from './step.js';
import { contextOf } from './trace-context.js';

/** Each try of a step is a span. One that ends is marked where its payout stands in `error` or in doubt; one that throws is, by its type. */
export const traceSteps =
  (tracer: Tracer, current: CurrentStep, account: Attributes): ActivityInterceptorsFactory =>
  ({ info }: Context) => ({
    inbound: {
      async execute(input, next) {
        const { workflowId = '', runId } = info.workflowExecution ?? {};
        const parent = contextOf(input.headers);
        const attributes = { ...workflowAttributes(workflowId, runId), ...account, 'payouts.try': info.attempt };
        const span = tracer.startSpan(
          `RunActivity:${info.activityType}`,
          { kind: SpanKind.SERVER, attributes },
          parent,
        );
        const inner = trace.setSpan(parent, span);
        try {
          const step = { span, context: inner, account };
          const result: unknown = await current.run(step, () => context.with(inner, () => next(input)));
          const { status, waitingFor } = standingOf(result);
          if (status !== undefined) span.setAttribute('payouts.status', status);
          if (waitingFor !== undefined) span.setAttribute('payouts.waiting_for', waitingFor);
          if (status === 'error' || status === 'in_doubt') markError(span, status);
          return result;
        } catch (error) {
          markError(span, typeOf(error));
          throw error;
        } finally {
          span.end();
        }
      },
    },
  });

function typeOf(error: unknown): string {
  if (error instanceof ApplicationFailure && error.type) return error.type;
  return error instanceof Error ? error.name : 'unknown';
}
