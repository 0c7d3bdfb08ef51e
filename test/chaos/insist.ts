import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PayoutsClient } from '../../src/client/payouts-client.js';
import { PayoutsError, type ErrorCode } from '../../src/payout/errors.js';

/** What is no answer to what was asked. */
const UNANSWERED: ReadonlySet<ErrorCode> = new Set(['ServerUnreachable', 'LedgerUnreachable', 'NotFound']);
const ANSWERS_WITHIN_MS = 20_000;
const PAUSE_MS = 500;

export interface Insistence {
  readonly signal: AbortSignal;
  readonly onRetry: () => void;
}

/**
 * Asks again until there is an answer, as a caller does while servers are down. A refusal is an answer, and is thrown.
 * Nothing where it was stopped before.
 */
export async function insist<T>(
  { client }: PayoutsClient,
  ask: () => Promise<T>,
  { signal, onRetry }: Insistence,
): Promise<T | undefined> {
  while (!signal.aborted) {
    const late = AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
    // Every request to the server that belongs to the question listens.
    setMaxListeners(0, late);
    try {
      return await orAborted(client.connection.withAbortSignal(late, ask), late);
    } catch (error) {
      if (error instanceof PayoutsError && !UNANSWERED.has(error.code)) throw error;
    }
    if (signal.aborted) return undefined;
    onRetry();
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('not answered in time')), { once: true });
  });
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  return Promise.race([work, aborted]);
}
