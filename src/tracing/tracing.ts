import { fileURLToPath } from 'node:url';
import type { TracerProvider } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ProviderAccount } from '../providers/provider.js';
import { traceStarts } from './client.js';
import { noteOutcomes } from './outcomes.js';
import { traceRequests } from './requests.js';
import { createCurrentStep } from './step.js';
import { traceSteps } from './steps.js';

/** OpenTelemetry traces of payouts: from the start, through each step, to each request to a provider. */
export interface Tracing {
  /** For a Temporal client: the start of a workflow is a span. */
  readonly client: WorkflowClientInterceptor;
  /** For a worker: each try of a step is a span, and each request of it another. */
  steps(served?: { readonly provider: string; readonly account: string }): ActivityInterceptorsFactory;
  /** The same account; what came of its paying calls is noted on the steps. */
  account(account: ProviderAccount): ProviderAccount;
  /** For the workflows' bundle: hands the trace of the start on to the steps. */
  readonly workflowModule: string;
  /** No more spans for requests. */
  close(): void;
}

/** Spans go to this provider; exporting them is its business. Nothing of a payout depends on it. */
export function createTracing(provider: TracerProvider): Tracing {
  const tracer = provider.getTracer('temporal-payouts');
  const current = createCurrentStep();
  const close = traceRequests(tracer, current);
  return {
    client: traceStarts(tracer, current),
    steps: (served) =>
      traceSteps(
        tracer,
        current,
        served ? { 'payouts.provider': served.provider, 'payouts.account': served.account } : {},
      ),
    account: (account) => noteOutcomes(account, current),
    workflowModule: fileURLToPath(new URL('../../workflows/trace-header', import.meta.url)),
    close,
  };
}
