import { describe, expect, it } from 'vitest';
import type { EffectContract } from '../../src/payout/contract.js';
import type { View } from '../../src/payout/view.js';
import { drive, makeBed, REFERENCE, requestFor, type Bed, type BedOptions, type WorkerOptions } from './bed.js';
import type { Fate } from './bank.js';

const YEAR_MS = 365 * 86_400_000;

/** One day is enough for every doubt to settle; who then still waits, waits for a person. */
async function payWith(fates: readonly Fate[], options: BedOptions, worker: WorkerOptions = {}): Promise<[Bed, View]> {
  const bed = makeBed(options);
  bed.bank.fates = [...fates];
  const steps = bed.worker(worker);
  const first = await submitUntilHeard(bed, steps, options.contract);
  return [bed, await drive(bed, steps, first, bed.clock.nowMs() + 86_400_000)];
}

/** Temporal takes a step again that threw. */
async function submitUntilHeard(
  bed: Bed,
  { submit }: ReturnType<Bed['worker']>,
  contract: EffectContract,
): Promise<View> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await submit({ reference: REFERENCE, request: requestFor(contract) });
    } catch (error) {
      if (tries === 5) throw error;
      bed.clock.advance(1_000);
    }
  }
}

const CONTRACTS: readonly [name: string, options: BedOptions, worker?: WorkerOptions][] = [
  ['a key', { contract: 'idempotent', scheduling: 'provider', preparation: 'none' }],
  ['a guard that nobody vouches for', { contract: 'guarded' }],
  ['a guard', { contract: 'guarded' }, { guardProven: true }],
  ['nothing', { contract: 'unguarded' }],
];

/** How it ends with a key; a guard that nobody vouches for; a guard; nothing that guards a repeat. And how often it is paid. */
const CASES: readonly [fates: readonly Fate[], ...ends: readonly string[]][] = [
  [['accepted'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['reply_lost'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['call_lost'], 'sent 1', 'in_doubt 0', 'sent 1', 'in_doubt 0'],
  [['unsent'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['unsent', 'unsent', 'unsent'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['refused'], 'error 0', 'error 0', 'error 0', 'error 0'],
  [['no_funds', 'no_funds', 'accepted'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['throttled', 'accepted'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['throttled', 'unsent', 'no_funds', 'throttled'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['throttled', 'refused'], 'error 0', 'error 0', 'error 0', 'error 0'],
  [['unsent', 'reply_lost'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
  [['throws'], 'sent 1', 'in_doubt 0', 'sent 1', 'in_doubt 0'],
  [['call_lost', 'call_lost', 'reply_lost'], 'sent 1', 'in_doubt 0', 'sent 1', 'in_doubt 0'],
  [['call_lost', 'unsent', 'throttled', 'no_funds'], 'sent 1', 'in_doubt 0', 'sent 1', 'in_doubt 0'],
  [['reply_lost', 'refused'], 'sent 1', 'sent 1', 'sent 1', 'sent 1'],
];

describe.each(CONTRACTS)('a repeat guarded by %s', (name, options, worker) => {
  const column = CONTRACTS.findIndex(([one]) => one === name) + 1;
  it.each(CASES.map((row) => [row[0].join(', '), row[0], row[column] as string] as const))(
    '%s',
    async (_fates, fates, end) => {
      const [bed, view] = await payWith(fates, options, worker);
      expect(`${view.status} ${bed.bank.paid(REFERENCE)}`).toBe(end);
      expect(view.waitingFor).toBe(view.status === 'in_doubt' ? 'person' : 'nothing');
    },
  );

  it.each([
    ['its records lag behind', { lagMs: 200_000 }, 'sent 1'],
    ['its records never show it', { lagMs: YEAR_MS }, 'in_doubt 1'],
  ] as const)('accepted, and %s', async (_what, more, end) => {
    const [bed, view] = await payWith(['accepted'], { ...options, ...more }, worker);
    expect(`${view.status} ${bed.bank.paid(REFERENCE)}`).toBe(end);
  });

  it('lost, and its records lag behind longer than anybody thought: never paid twice', async () => {
    const [bed] = await payWith(['reply_lost', 'reply_lost'], { ...options, lagMs: YEAR_MS }, worker);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('sends the same bytes under the same key, however often', async () => {
    const [bed] = await payWith(['throttled', 'reply_lost', 'reply_lost'], { ...options, lagMs: 100_000 }, worker);
    expect(new Set(bed.bank.arrived.map(({ call, key }) => `${key} ${call.body}`)).size).toBe(1);
  });
});
