import type { RequestPermits, TakenPermit } from '../ledger/request-permits.js';
import type { Pace, Permit } from '../providers/pace.js';

export interface PaceOptions {
  /** Whose limit it is, such as `manifest/default`. */
  readonly account: string;
  readonly requestsPerSecond: number;
  /** How long after its permit was taken a request may still leave, milliseconds. */
  readonly usableMs: number;
  /** How long a request may take, milliseconds. */
  readonly requestMs: number;
}

const SECOND_MS = 1_000;
const LONGEST_NAP_MS = 100;
const SHORTEST_NAP_MS = 2;

/** Below one in a second there is one permit, and a longer pause after it. */
export const limitOf = (requestsPerSecond: number): { readonly permits: number; readonly pauseMs: number } =>
  requestsPerSecond < 1
    ? { permits: 1, pauseMs: SECOND_MS / requestsPerSecond }
    : { permits: Math.floor(requestsPerSecond), pauseMs: SECOND_MS };

/** Takes the permits of one account from the ledger, for all requests of this worker: first come, first served. */
export function createPace(
  ledger: RequestPermits,
  { account, requestsPerSecond, usableMs, requestMs }: PaceOptions,
): Pace {
  const { permits, pauseMs } = limitOf(requestsPerSecond);
  const waiting: { readonly serve: (permit: Permit) => void; readonly refuse: (error: unknown) => void }[] = [];
  let isServing = false;

  const ask = async (wanted: number) => {
    const askedAtMs = performance.now();
    const leaseMs = usableMs + requestMs + pauseMs;
    const { taken, nextInMs } = await ledger.take({ account, permits, wanted, leaseMs, pauseMs });
    // From before it was asked for: the lease began no sooner.
    return { nextInMs, taken: taken.map((one) => toPermit(one, askedAtMs + usableMs)) };
  };

  const toPermit = (taken: TakenPermit, usableUntilMs: number): Permit => {
    let state: 'free' | 'used' | 'ended' = 'free';
    return {
      use() {
        if (state !== 'free' || performance.now() >= usableUntilMs) return false;
        state = 'used';
        return true;
      },
      end() {
        if (state === 'ended') return;
        const restMs = state === 'used' ? pauseMs : 0;
        state = 'ended';
        // Not waited for: what the request brought is worth more, and a permit that does not come back is free after its lease.
        ledger.giveBack(account, taken, restMs).catch(() => undefined);
      },
    };
  };

  const serveAll = async () => {
    if (isServing) return;
    isServing = true;
    try {
      while (waiting.length > 0) {
        const { taken, nextInMs } = await ask(Math.min(waiting.length, permits));
        for (const permit of taken) waiting.shift()?.serve(permit);
        if (waiting.length > 0) await nap(nextInMs);
      }
    } catch (error) {
      for (const one of waiting.splice(0)) one.refuse(error);
    } finally {
      isServing = false;
    }
  };

  return {
    take: () =>
      new Promise<Permit>((serve, refuse) => {
        waiting.push({ serve, refuse });
        void serveAll();
      }),
    takeNow: async () => (waiting.length > 0 ? undefined : (await ask(1)).taken[0]),
    get isBusy() {
      return waiting.length > 0;
    },
  };
}

/** Until the next permit is free by what was known, or so long that one which came back sooner is not left lying. */
const nap = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(ms, SHORTEST_NAP_MS), LONGEST_NAP_MS)));
