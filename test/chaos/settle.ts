import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import type { Log } from './options.js';
import { phasesOf, readState, type PayoutState } from './read-state.js';
import type { World } from './world.js';

const LOOK_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 10_000;

export interface SettleOptions {
  readonly withinMs: number;
  /** Those that were acknowledged: they have to be in the ledger before anything can be at rest. */
  readonly expected: ReadonlySet<string>;
  readonly tell: Log;
  readonly signal: AbortSignal;
}

/** Waits until nothing is under way any more. False where that took too long, or was stopped. */
export async function settle(world: World, { withinMs, expected, tell, signal }: SettleOptions): Promise<boolean> {
  const startedAt = Date.now();
  for (let sweptAt = 0; !signal.aborted; await sleep(LOOK_EVERY_MS)) {
    const states = await readState(world.ledger.db);
    if (isAtRest(states, expected) && (await isReturnSeen(world))) return true;
    if (Date.now() - startedAt > withinMs) return false;
    if (Date.now() - sweptAt > SWEEP_EVERY_MS) {
      sweptAt = Date.now();
      await sweep(world).catch((error: unknown) => tell(`the sweep was not run: ${String(error)}`));
    }
  }
  return false;
}

function isAtRest(states: readonly PayoutState[], expected: ReadonlySet<string>): boolean {
  const phases = phasesOf(states);
  return [...expected].every((reference) => phases.has(reference)) && ![...phases.values()].includes('under_way');
}

/** What came back after it was sent is seen at the next look, which has not to be waited for by anything else. */
async function isReturnSeen({ ledger, sandbox }: World): Promise<boolean> {
  const { rows } = await compareWithLedger(ledger.db, sandbox.journal());
  return !rows.some(
    ({ status, verdict, payments }) =>
      status === 'sent' && verdict === 'ledger_says_paid_but_not' && payments.includes('undone'),
  );
}

/**
 * The sweep leaves a carrier alone that is less than two minutes late. Nobody waits for that here: whoever is five seconds late
 * is made to be late enough.
 */
async function sweep({ ledger, payouts }: World): Promise<void> {
  await sql`update payouts set next_at = next_at - interval '10 minutes'
            where next_at < clock_timestamp() - interval '5 seconds'`.execute(ledger.db);
  await payouts.client.workflow.start('sweep', {
    workflowId: `sweep-${randomUUID()}`,
    taskQueue: payouts.taskQueue,
    args: [],
  });
}
