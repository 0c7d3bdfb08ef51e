import type { Headers, WorkflowInterceptors } from '@temporalio/workflow';

/** As Temporal's own tracing calls it in every language: a trace goes on from theirs to ours, and from ours to theirs. */
export const TRACE_HEADER = '_tracer-data';

/**
 * Hands the trace that a workflow was started with on to its steps and children. It makes no span, reads no clock and adds no command
 * and no turn of the loop: every history replays with it as without.
 */
export const interceptors = (): WorkflowInterceptors => {
  let trace: Headers = {};
  const on = <I extends { readonly headers: Headers }>(input: I): I => ({
    ...input,
    headers: { ...trace, ...input.headers },
  });
  return {
    inbound: [
      {
        execute(input, next) {
          const started = input.headers[TRACE_HEADER];
          if (started) trace = { [TRACE_HEADER]: started };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(on(input)),
        startChildWorkflowExecution: (input, next) => next(on(input)),
        continueAsNew: (input, next) => next(on(input)),
      },
    ],
  };
};
