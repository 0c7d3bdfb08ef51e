import type { WorkflowClientInterceptor } from '@temporalio/client';
import { PayoutsClient } from '../client/payouts-client.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { isDeadline } from './is-unanswered.js';
import { note } from './output.js';
import { connectTemporal, type Env, type Temporal } from './temporal.js';
import { startTraces } from './traces.js';

export interface Payouts {
  readonly payouts: PayoutsClient;
  readonly temporal: Temporal;
}

/** Connects, does the work, and closes whatever came of it. */
export async function withPayouts<T>(env: Env, work: (payouts: Payouts) => Promise<T>): Promise<T> {
  const traces = await startTraces(env, (line) => note(`payouts: ${line}`));
  try {
    return await withConnected(env, traces ? [traces.tracing.client] : [], work);
  } finally {
    await traces?.stop();
  }
}

async function withConnected<T>(
  env: Env,
  interceptors: WorkflowClientInterceptor[],
  work: (payouts: Payouts) => Promise<T>,
): Promise<T> {
  const temporal = await connectTemporal(env, undefined, interceptors);
  const databaseUrl = env['PAYOUTS_DATABASE_URL'];
  const { client, target } = temporal;
  const payouts = new PayoutsClient({ client, taskQueue: target.taskQueue, ...(databaseUrl ? { databaseUrl } : {}) });
  try {
    return await work({ payouts, temporal });
  } finally {
    await payouts.close();
    await temporal.connection.close();
  }
}

/** Gives a message to a payout its time. A worker has to answer; that none does is no answer either way. */
export async function withinTime<T>(
  { connection }: Temporal,
  { reference, timeoutMs }: { readonly reference: string; readonly timeoutMs: number },
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, send);
  } catch (error) {
    if (!isDeadline(error)) throw error;
    throw new CliError(
      'WaitedTooLong',
      `no answer about ${reference} within ${timeoutMs / 1000} s, and it may still be acted on: ` +
        'check that a worker runs (`payouts doctor`), then look with `payouts show`',
      EXIT.waitedTooLong,
    );
  }
}

export const DECISION_TIMEOUT_MS = 60_000;
export const DECISION_TIMEOUT = [
  '--timeout <seconds>',
  'how long to wait for the answer of a worker (default: 60)',
] as const;
