import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { referenceIn } from './reference-in.js';

export interface StepLogger {
  info(message: string, fields: Readonly<Record<string, string | number>>): void;
}

/** One line for each step that has ended: of which payout, at which attempt, and where it stands then. Steps that throw tell themselves. */
export const stepLog =
  (log: StepLogger): ActivityInterceptorsFactory =>
  ({ info }: Context) => ({
    inbound: {
      async execute(input, next) {
        const startedAt = performance.now();
        const result: unknown = await next(input);
        const workflowId = info.workflowExecution?.workflowId ?? '';
        const reference = referenceIn(workflowId);
        log.info('step ended', {
          ...(reference === undefined ? { workflowId } : { reference }),
          step: info.activityType,
          attempt: info.attempt,
          taskQueue: info.taskQueue,
          ...standingOf(result),
          durationMs: Math.round(performance.now() - startedAt),
        });
        return result;
      },
    },
  });

/** Of a view only these two: its evidence is the ledger's to tell. */
export function standingOf(result: unknown): { readonly status?: string; readonly waitingFor?: string } {
  if (typeof result !== 'object' || result === null) return {};
  const { status, waitingFor } = result as { readonly status?: unknown; readonly waitingFor?: unknown };
  return {
    ...(typeof status === 'string' ? { status } : {}),
    ...(typeof waitingFor === 'string' ? { waitingFor } : {}),
  };
}
