import type { WorkerOptions } from '@temporalio/worker';
import type { ServedAccount } from '../../activities/deps.js';
import type { Tracing } from '../tracing/tracing.js';
import type { WorkflowSource } from './workflow-source.js';

/** The accounts, whose paying calls are noted. */
export const traceAccounts = (accounts: readonly ServedAccount[], tracing: Tracing): readonly ServedAccount[] =>
  accounts.map((served) => ({ ...served, account: tracing.account(served.account) }));

/** What one Temporal worker is told so that its steps are traced; the interceptors that it was given stay. */
export function withTracing(
  { interceptors = {} }: Partial<WorkerOptions>,
  tracing: Tracing | undefined,
  { served, workflows = {} }: { readonly served?: ServedAccount; readonly workflows?: WorkflowSource },
): Partial<WorkerOptions> {
  if (!tracing) return {};
  const account = served && { provider: served.provider.name, account: served.name };
  // A bundle that was made before has it, or not.
  const modules = workflows.workflowsPath === undefined ? [] : [tracing.workflowModule];
  return {
    interceptors: {
      ...interceptors,
      activity: [tracing.steps(account), ...(interceptors.activity ?? [])],
      workflowModules: [...(interceptors.workflowModules ?? []), ...modules],
    },
  };
}
