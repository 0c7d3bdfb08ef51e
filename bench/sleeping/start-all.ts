import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { requestOf } from './mix.js';
import { REST_MS } from './rest.js';
import type { World } from './world.js';

const IN_FLIGHT = 40;

/** Starts the payouts from one number to another, and waits until each of them sleeps. */
export async function startUntilAsleep(
  { payouts, ledger }: World,
  { from, to, dueAtMs }: { readonly from: number; readonly to: number; readonly dueAtMs: number },
  log: (line: string) => void,
): Promise<void> {
  const scheduledAt = new Date(dueAtMs).toISOString();
  let next = from;
  const lane = async () => {
    for (let index = next++; index < to; index = next++) {
      await payouts.start(requestOf(index, scheduledAt));
      if (index % 500 === 499) log(`started ${index + 1}`);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  for (let asleep = 0; asleep < to; await sleep(1_000)) {
    if (Date.now() > dueAtMs - REST_MS)
      throw new Error(`only ${asleep} of ${to} sleep in time: give a longer --due-in`);
    const { rows } = await sql<{ asleep: number }>`
      select count(*)::int as asleep from payouts where status = 'ready' and waiting_for = 'date'`.execute(ledger.db);
    asleep = rows[0]?.asleep ?? 0;
  }
}
