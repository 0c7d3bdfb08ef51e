import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { readChanges } from '../../ledger/read.js';

const EVERY_MS = 200;

/** Tells every change of status as the ledger gets it. */
export function followChanges(db: Kysely<unknown>, tell: (line: string) => void): { stop(): Promise<void> } {
  const startedAt = Date.now();
  const stopped = new AbortController();
  let lastId = 0;
  const tellNew = async (): Promise<void> => {
    for (const { id, reference, status, evidence } of await readChanges(db, lastId)) {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
      tell(`${seconds} s  ${reference.padEnd(20)}  ${status.padEnd(8)}  ${evidence}`);
      lastId = id;
    }
  };
  const following = (async () => {
    while (!stopped.signal.aborted) {
      await tellNew();
      await sleep(EVERY_MS);
    }
  })();
  following.catch(() => undefined);
  return {
    stop: async () => {
      stopped.abort();
      await following;
      await tellNew();
    },
  };
}
