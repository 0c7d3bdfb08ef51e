import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { ServerUnreachable } from '../payout/errors.js';

/** Whatever takes longer than this is worth asking whether the server is there at all. */
const PATIENCE_MS = 2_000;
const ANSWERS_WITHIN_MS = 3_000;

/**
 * Asks the server for something, and gives up within seconds where nobody is there: the SDK by itself tries for about 20 s, and then
 * does not say so. A server that is only slow is waited for. Throws `ServerUnreachable`.
 */
export async function whileReachable<T>(client: Client, ask: () => Promise<T>): Promise<T> {
  const [asking, watching] = [new AbortController(), new AbortController()];
  try {
    return await Promise.race([
      client.withAbortSignal(asking.signal, ask),
      expectReachable(client, watching.signal).catch((error: unknown) => {
        asking.abort();
        throw error;
      }),
    ]);
  } finally {
    watching.abort();
  }
}

/** Rejects where the server does not answer, and never resolves. */
async function expectReachable(client: Client, signal: AbortSignal): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { signal });
  try {
    await client.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => client.workflowService.getSystemInfo({}));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new ServerUnreachable(
      `the Temporal server cannot be reached (${why}): check its address. Whether it took this is not known; ` +
        'to say it again pays nobody twice',
      { cause: error },
    );
  }
  return new Promise<never>(() => undefined);
}
