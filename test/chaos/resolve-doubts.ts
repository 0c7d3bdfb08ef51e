import { setTimeout as sleep } from 'node:timers/promises';
import { DecisionRefused } from '../../src/payout/errors.js';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import { createRandom } from '../../src/sandbox/random.js';
import { insist } from './insist.js';
import { phasesOf, readState } from './read-state.js';
import { settle, type SettleOptions } from './settle.js';
import type { World } from './world.js';

export interface Resolved {
  paid: number;
  notPaid: number;
  payAgain: number;
  /** Told that it is too early, or that the records have shown the payment meanwhile. */
  refused: number;
}

/**
 * A person who sees what the provider really did ends every doubt, truthfully; of what was not paid, half is paid again. What waited
 * behind a doubt goes on then, and may wait for a person itself, so this is repeated. False: it did not come to rest.
 */
export async function resolveDoubts(world: World, seed: number, options: SettleOptions) {
  const resolved: Resolved = { paid: 0, notPaid: 0, payAgain: 0, refused: 0 };
  const random = createRandom(seed, 303);
  const until = Date.now() + options.withinMs;
  for (;;) {
    const hasSettled = await settle(world, { ...options, withinMs: Math.max(0, until - Date.now()) });
    const phases = phasesOf(await readState(world.ledger.db));
    const doubts = [...phases].flatMap(([reference, phase]) => (phase === 'in_doubt' ? [reference] : []));
    if (!hasSettled || doubts.length === 0 || Date.now() > until) return { resolved, hasSettled };
    const { rows } = await compareWithLedger(world.ledger.db, world.sandbox.journal());
    const paid = new Set(rows.filter(({ payments }) => payments.includes('paid')).map(({ reference }) => reference));
    await Promise.all(
      doubts.map((reference) => resolveOne(world, reference, paid.has(reference), random() < 0.5, resolved, options)),
    );
    await sleep(500);
  }
}

async function resolveOne(
  { payouts }: World,
  reference: string,
  paid: boolean,
  wantsAgain: boolean,
  resolved: Resolved,
  { signal }: SettleOptions,
): Promise<void> {
  const payAgain = !paid && wantsAgain;
  const word = { paid, ...(payAgain ? { payAgain } : {}), by: 'chaos', evidence: 'read in the journal' };
  try {
    await insist(payouts, () => payouts.getHandle(reference).resolve(word), { signal, onRetry: () => undefined });
    resolved[paid ? 'paid' : payAgain ? 'payAgain' : 'notPaid'] += 1;
  } catch (error) {
    if (!(error instanceof DecisionRefused)) throw error;
    resolved.refused += 1;
  }
}
