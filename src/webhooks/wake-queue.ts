/** Wakes that wait for Temporal, so that a provider's answer does not. In memory: what is lost with the process is looked up anyway. */
export interface WakeQueue {
  /** `merged`: the same one waits already. `full`: it was not taken. */
  offer(wake: Wake): 'taken' | 'merged' | 'full';
  /** Waits until all are over, for so long at most. True: they are. */
  drain(withinMs: number): Promise<boolean>;
  readonly waiting: number;
  readonly underWay: number;
}

export interface Wake {
  /** The same wake twice in the queue is one. */
  readonly key: string;
  /** Taken however many wait: there are only as many of them as there are accounts. */
  readonly isAlwaysTaken?: boolean;
  /** Does it. Tells itself of what goes wrong: nobody hears a rejection. */
  run(): Promise<void>;
}

export interface WakeQueueOptions {
  /** The most that may wait. */
  readonly limit: number;
  /** The most that are under way. */
  readonly concurrency: number;
}

export function createWakeQueue({ limit, concurrency }: WakeQueueOptions): WakeQueue {
  const waiting = new Map<string, Wake>();
  let underWay = 0;
  let atRest: (() => void) | undefined;

  const next = (): void => {
    for (const [key, wake] of waiting) {
      if (underWay >= concurrency) return;
      // Gone before it runs: what arrives from now on may be newer than what this one sees.
      waiting.delete(key);
      underWay += 1;
      void take(wake);
    }
    if (underWay === 0) atRest?.();
  };
  const take = async (wake: Wake): Promise<void> => {
    await wake.run().catch(() => undefined);
    underWay -= 1;
    next();
  };

  return {
    offer(wake) {
      if (waiting.has(wake.key)) return 'merged';
      if (waiting.size >= limit && !wake.isAlwaysTaken) return 'full';
      waiting.set(wake.key, wake);
      next();
      return 'taken';
    },
    async drain(withinMs) {
      if (waiting.size + underWay === 0) return true;
      let timer: NodeJS.Timeout | undefined;
      const isOver = await Promise.race([
        new Promise<boolean>((resolve) => (atRest = () => resolve(true))),
        new Promise<boolean>((resolve) => (timer = setTimeout(resolve, withinMs, false))),
      ]);
      clearTimeout(timer);
      return isOver;
    },
    get waiting() {
      return waiting.size;
    },
    get underWay() {
      return underWay;
    },
  };
}
