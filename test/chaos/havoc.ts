import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './options.js';
import type { KillKind, PlannedKill } from './plan-kills.js';
import { resetSome, terminateSome } from './workflows-hit.js';
import type { World } from './world.js';

export interface Havoc {
  /** How often each kind really happened. */
  readonly counts: Readonly<Record<KillKind, number>>;
  readonly total: () => number;
  /** Settles when the plan is over, or was stopped, and everything that was hit is up again. */
  readonly ended: Promise<unknown>;
}

/** Kills by the plan. What is down just then is hit when it is up again, or else passed over. */
export function startHavoc(world: World, plan: readonly PlannedKill[], log: Log, signal: AbortSignal): Havoc {
  const counts: Record<KillKind, number> = {
    worker_killed: 0,
    worker_frozen: 0,
    temporal_killed: 0,
    postgres_killed: 0,
    workflow_terminated: 0,
    workflow_reset: 0,
    provider_refused: 0,
  };
  const hit = createHits(world);
  const live = async (kill: PlannedKill): Promise<void> => {
    await sleep(kill.atMs, undefined, { signal }).catch(() => undefined);
    for (const until = Date.now() + MAY_WAIT_MS; !signal.aborted && Date.now() < until;) {
      const hits = await tryTo(kill);
      counts[kill.kind] += hits;
      if (hits > 0) return;
      await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
    if (!signal.aborted) log(`chaos: ${kill.kind} was not possible`);
  };
  const tryTo = async (kill: PlannedKill): Promise<number> => {
    try {
      return await hit[kill.kind](kill);
    } catch (error) {
      // A server that does not come back ends the run; a workflow that could not be hit does not.
      if (kill.kind === 'temporal_killed' || kill.kind === 'postgres_killed') throw error;
      return 0;
    }
  };
  return {
    counts,
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    ended: Promise.all(plan.map(live)),
  };
}

const MAY_WAIT_MS = 20_000;
const AGAIN_AFTER_MS = 500;

type Hit = (kill: PlannedKill) => Promise<number> | number;

/** Each answers how many it has hit. */
function createHits({ workers, temporal, postgres, sandbox, ledger, payouts }: World): Readonly<Record<KillKind, Hit>> {
  const isDown = new Set<unknown>();
  const once = async (what: unknown, hit: () => Promise<unknown>): Promise<number> => {
    if (isDown.has(what)) return 0;
    isDown.add(what);
    await hit().finally(() => isDown.delete(what));
    return 1;
  };
  return {
    worker_killed: ({ pick }) => Number(workers.kill(pick)),
    worker_frozen: ({ pick, forMs }) => Number(workers.freeze(pick, forMs)),
    temporal_killed: ({ forMs }) => once(temporal, () => temporal.crash(forMs)),
    postgres_killed: ({ forMs }) => once(postgres, () => postgres.crash(forMs)),
    workflow_terminated: ({ pick }) => terminateSome(payouts.client, ledger.db, pick),
    workflow_reset: ({ pick }) => resetSome(payouts.client, ledger.db, pick),
    provider_refused: ({ pick, forMs }) => {
      const name = sandbox.providers[Math.floor(pick * sandbox.providers.length)] ?? '';
      return once(name, async () => {
        await sandbox.refuse(name);
        await sleep(forMs);
        await sandbox.accept(name);
      });
    },
  };
}
