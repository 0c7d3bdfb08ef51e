import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from './guard.js';
import type { Log } from './options.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** So many worker processes, each started again when it has ended, as any supervisor does it. */
export interface WorkerPool {
  /** SIGKILL for the n-th that can be killed. False: there is none. */
  kill(pick: number): boolean;
  /** SIGSTOP, and SIGCONT after so long. False: there is none that serves. */
  freeze(pick: number, forMs: number): boolean;
  /** Waits until all of them serve. */
  untilServing(): Promise<void>;
  readonly counts: WorkerCounts;
  stop(): Promise<void>;
}

export interface WorkerCounts {
  /** Ended although nobody killed them, while they were serving. */
  endedByThemselves: number;
  /** Did not begin to serve, since a server was down. */
  startsRefused: number;
  started: number;
}

interface Slot {
  worker: WorkerProcess;
  isKilled: boolean;
  thaw?: NodeJS.Timeout | undefined;
}

const RESTART_AFTER_MS = 1_000;

export function startWorkerPool(
  size: number,
  env: Readonly<Record<string, string>>,
  guard: Guard,
  log: Log,
): WorkerPool {
  const counts: WorkerCounts = { endedByThemselves: 0, startsRefused: 0, started: 0 };
  const stopping = new AbortController();
  const slots = Array.from({ length: size }, (): Slot => startSlot());
  const loops = slots.map(keepRunning);

  function startSlot(): Slot {
    counts.started += 1;
    return { worker: startWorkerProcess(env, guard), isKilled: false };
  }

  async function keepRunning(slot: Slot): Promise<void> {
    for (;;) {
      const { how, lastLines } = await slot.worker.ended;
      clearTimeout(slot.thaw);
      if (!slot.isKilled && slot.worker.isServing()) {
        counts.endedByThemselves += 1;
        log([`chaos: A WORKER ENDED BY ITSELF (${how}):`, ...lastLines.slice(-12)].join('\n    '));
      } else if (!slot.isKilled) counts.startsRefused += 1;
      await sleep(RESTART_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      Object.assign(slot, { thaw: undefined }, startSlot());
    }
  }

  const isFree = ({ isKilled, thaw, worker }: Slot) => !isKilled && thaw === undefined && worker.isServing();
  const choose = (pick: number): Slot | undefined => {
    const free = slots.filter(isFree);
    return free[Math.floor(pick * free.length)];
  };

  return {
    counts,
    kill(pick) {
      const slot = choose(pick);
      if (!slot) return false;
      slot.isKilled = true;
      slot.worker.signal('SIGKILL');
      return true;
    },
    freeze(pick, forMs) {
      const slot = choose(pick);
      if (!slot) return false;
      slot.worker.signal('SIGSTOP');
      slot.thaw = setTimeout(() => {
        slot.thaw = undefined;
        slot.worker.signal('SIGCONT');
      }, forMs);
      return true;
    },
    async untilServing() {
      while (!stopping.signal.aborted && !slots.every(isFree)) await sleep(100);
    },
    async stop() {
      stopping.abort();
      for (const slot of slots) {
        clearTimeout(slot.thaw);
        slot.isKilled = true;
        // Reaches a frozen one too.
        slot.worker.signal('SIGKILL');
      }
      await Promise.all(loops);
    },
  };
}
