import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { ServerUnreachable } from '../payout/errors.js';
import type { TemporalTarget } from '../temporal/connect-options.js';

const WITHIN_MS = 10_000;

/** Connects a worker. The SDK itself sets no limit to that. Throws `ServerUnreachable`. */
export async function connectNative(
  { connectionOptions }: Pick<TemporalTarget, 'connectionOptions'>,
  withinMs = WITHIN_MS,
): Promise<NativeConnection> {
  const { address = 'localhost:7233' } = connectionOptions;
  const connecting = NativeConnection.connect({ ...connectionOptions, address });
  const waiting = new AbortController();
  const tooLong = sleep(withinMs, undefined, { signal: waiting.signal }).then(() => {
    // One that comes after all is of no use to anybody.
    connecting.then((late) => late.close()).catch(() => undefined);
    throw new Error(`no answer within ${withinMs / 1000} s`);
  });
  try {
    return await Promise.race([connecting, tooLong]);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new ServerUnreachable(`the Temporal server at ${address} cannot be reached (${why}): check TEMPORAL_ADDRESS`);
  } finally {
    waiting.abort();
    tooLong.catch(() => undefined);
  }
}
