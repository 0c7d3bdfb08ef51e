import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { DecisionMade } from '../../src/payout/facts.js';
import { drive, makeBed, REFERENCE, requestFor, SETTLED_MS, type Bed, type BedOptions, type Worker } from './bed.js';
import type { Fate, Pause } from './bank.js';
import { forEveryOrder, type Actor, type Limits, type Trace } from './schedules.js';

/**
 * Every order in which several workers can take their steps, within limits: at each transaction, each call of the provider and
 * each reply another one may go first, time may pass, or the worker may die. The promise is the same for all of them.
 */
const about = { reference: REFERENCE };
const DAY_MS = 86_400_000;

const pausing = (ledger: Ledger, pause: Pause): Ledger => ({
  async transaction(step) {
    await pause('transaction');
    return ledger.transaction(step);
  },
});

interface World {
  readonly bed: Bed;
  readonly worker: (pause: Pause) => Worker;
  readonly answers: Map<string, string>;
}

function makeWorld(options: BedOptions & { readonly guardProven?: boolean }, fates: readonly Fate[]): World {
  const bed = makeBed(options);
  bed.bank.fates = [...fates];
  const guardProven = options.guardProven ?? false;
  return {
    bed,
    worker: (pause) => {
      const sleep = async (ms: number) => {
        bed.clock.advance(ms);
        await pause('sleep');
      };
      const clock = { wallMs: () => bed.clock.wallMs(), monotonicMs: () => bed.clock.monotonicMs(), sleep };
      return bed.worker({ ledger: pausing(bed.ledger, pause), clock, guardProven, pause });
    },
    answers: new Map(),
  };
}

/** A worker that takes the paying step once. */
const submitting = (name: string, { bed, worker }: World, mayDie = false): Actor => ({
  name,
  mayDie,
  act: (pause) => worker(pause).submit({ ...about, request: requestFor(bed.contract) }),
});

const looking = (name: string, { worker }: World): Actor => ({
  name,
  act: (pause) => worker(pause).lookUp(about),
});

const deciding = (name: string, { worker, answers }: World, decision: DecisionMade): Actor => ({
  name,
  act: async (pause) => {
    const message = { ...about, decision, messageId: name };
    const answer = await worker(pause)
      .makeDecision(message)
      .catch((error: unknown) => ({
        status: error instanceof Error && 'code' in error ? String(error.code) : 'broken',
      }));
    answers.set(name, answer.status);
  },
});

/** Time passes all at once, whoever is in the middle of something. */
const timePasses = ({ bed }: World, ms: number): Actor => ({
  name: `${ms} ms pass`,
  act: async () => bed.clock.advance(ms),
});

/** The promises: never paid twice, and no ending that the bank's own books contradict. Afterwards the payout goes its way. */
async function expectPromises({ bed }: World, trace: Trace): Promise<void> {
  const steps = bed.worker({ guardProven: true });
  const say = () => `after ${trace.join('; ')}`;
  const expectHonest = (status: string): void => {
    const paid = bed.bank.paid(REFERENCE);
    expect(paid, say()).toBeLessThanOrEqual(1);
    if (status === 'sent') expect(paid, `${status} ${say()}`).toBe(1);
    if (status === 'error' || status === 'canceled') expect(paid, `${status} ${say()}`).toBe(0);
  };
  expectHonest(bed.ledger.references().length > 0 ? bed.ledger.facts(REFERENCE).state.status : 'created');
  const first = await steps.submit({ ...about, request: requestFor(bed.contract) });
  const view = await drive(bed, steps, first, bed.clock.nowMs() + DAY_MS);
  expectHonest(view.status);
}

const POLICIES: readonly [name: string, options: BedOptions & { readonly guardProven?: boolean }][] = [
  ['a key', { contract: 'idempotent', scheduling: 'provider', preparation: 'none' }],
  ['a guard that is vouched for', { contract: 'guarded', guardProven: true }],
  ['nothing', { contract: 'unguarded' }],
  ['nothing, in lanes', { contract: 'unguarded', lanes: { subject: 'subject', call: 'call' } }],
];

const FATES: readonly (readonly Fate[])[] = [
  ['accepted'],
  ['reply_lost'],
  ['call_lost'],
  ['unsent'],
  ['no_funds'],
  ['throttled'],
  ['refused'],
];

const LIMITS: Limits = { switches: 2, deaths: 1 };

describe.each(POLICIES)('two workers that take the same paying step, guarded by %s', (_name, options) => {
  it.each(FATES.map((fates) => [fates.join(), fates] as const))(
    '%s: never twice, and no false ending',
    async (_fate, fates) => {
      const orders = await forEveryOrder(
        LIMITS,
        () => {
          const world = makeWorld(options, fates);
          return { world, actors: [submitting('one', world, true), submitting('other', world)] };
        },
        expectPromises,
      );
      expect(orders).toBeGreaterThan(20);
    },
  );
});
