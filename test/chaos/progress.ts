import { setTimeout as sleep } from 'node:timers/promises';
import type { Havoc } from './havoc.js';
import type { Log } from './options.js';
import { phasesOf, readState, type PayoutState } from './read-state.js';
import type { World } from './world.js';

const EVERY_MS = 2_000;

/** A line every two seconds: how many stand where, and how often something was killed. */
export async function tellProgress(
  world: World,
  havoc: Havoc,
  startedAt: number,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    const stand = await describe(world).catch(() => 'the ledger is down');
    log(`chaos: ${String(seconds).padStart(4)} s, ${havoc.total()} kills: ${stand}`);
  }
}

async function describe({ ledger }: World): Promise<string> {
  const states = await readState(ledger.db);
  const phases = phasesOf(states);
  const underWay = states.filter(({ reference }) => phases.get(reference) === 'under_way');
  return [
    `${states.length} payouts, ${underWay.length} under way (${countStatuses(states)})`,
    // Of few it is told what they wait for.
    ...(underWay.length > 0 && underWay.length <= FEW ? underWay.map(tellOne) : []),
  ].join('\n    ');
}

const FEW = 3;

function countStatuses(states: readonly PayoutState[]): string {
  const counts: Record<string, number> = {};
  for (const { status } of states) counts[status] = (counts[status] ?? 0) + 1;
  return Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

const tellOne = ({ reference, status, waitingFor, evidence }: PayoutState): string =>
  `${reference} is ${status}, waits for ${waitingFor}: ${evidence}`;
