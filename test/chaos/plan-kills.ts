import { createRandom } from '../../src/sandbox/random.js';
import { shuffle } from './random.js';

export const KILL_KINDS = [
  /** SIGKILL of a worker. */
  'worker_killed',
  /** SIGSTOP of a worker, past `send_by`, then SIGCONT. */
  'worker_frozen',
  /** SIGKILL of the Temporal server. */
  'temporal_killed',
  /** SIGKILL of Postgres with all its processes. */
  'postgres_killed',
  /** Open payouts' workflows are terminated. */
  'workflow_terminated',
  /** Workflows, ended ones too, are reset to some point of their history. */
  'workflow_reset',
  /** A provider's port is closed. */
  'provider_refused',
] as const;
export type KillKind = (typeof KILL_KINDS)[number];

export interface PlannedKill {
  readonly atMs: number;
  readonly kind: KillKind;
  /** In [0, 1): which of those that can be hit. */
  readonly pick: number;
  /** How long it stays down, or frozen. */
  readonly forMs: number;
}

/** In every round each kind comes at least once, so that short runs meet all of them. */
const ROUND: readonly KillKind[] = [...KILL_KINDS, 'worker_killed', 'worker_frozen'];

/** Between nothing and so long. A frozen worker has to miss `send_by` (4 s), and sometimes its heartbeat (15 s). */
const LONGEST_MS: Readonly<Record<KillKind, readonly [least: number, most: number]>> = {
  worker_killed: [0, 0],
  worker_frozen: [5_000, 25_000],
  temporal_killed: [0, 3_000],
  postgres_killed: [0, 3_000],
  workflow_terminated: [0, 0],
  workflow_reset: [0, 0],
  provider_refused: [500, 4_000],
};

/** The same seed gives the same plan. */
export function planKills(seed: number, everyMs: number, overMs: number): readonly PlannedKill[] {
  const random = createRandom(seed, 202);
  const planned: PlannedKill[] = [];
  let round: readonly KillKind[] = [];
  for (let atMs = everyMs; atMs < overMs; atMs += everyMs) {
    if (round.length === 0) round = shuffle(random, ROUND);
    const [kind, ...rest] = round as readonly [KillKind, ...KillKind[]];
    round = rest;
    const [least, most] = LONGEST_MS[kind];
    planned.push({ atMs, kind, pick: random(), forMs: Math.round(least + random() * (most - least)) });
  }
  return planned;
}
