import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { DecisionMade } from '../../src/payout/facts.js';
import { CLOSES_MS, drive, makeBed, REFERENCE, requestFor, type Bed, type BedOptions, type Worker } from './bed.js';
import type { Fate, Pause } from './bank.js';
import { forEveryOrder, SLEEPS, type Actor, type Limits, type Trace } from './schedules.js';

/**
 * Every order in which several workers can take their steps, within limits: at each transaction, each call of the provider and
 * each reply another one may go first, time may pass, or the worker may die. The promise is the same for all of them.
 */
const about = { reference: REFERENCE };

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
        await pause(SLEEPS);
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
async function expectPromises({ bed }: World, trace: Trace, known: Set<string>): Promise<void> {
  const steps = bed.worker({ guardProven: true });
  const say = () => `after ${trace.join('; ')}`;
  const expectHonest = (status: string): void => {
    const paid = bed.bank.paid(REFERENCE);
    expect(paid, say()).toBeLessThanOrEqual(1);
    if (status === 'sent') expect(paid, `${status} ${say()}`).toBe(1);
    if (status === 'error' || status === 'canceled') expect(paid, `${status} ${say()}`).toBe(0);
  };
  expectHonest(bed.ledger.references().length > 0 ? bed.ledger.facts(REFERENCE).state.status : 'created');
  // Many orders lead to the same books: what follows from those is known.
  const books = JSON.stringify([
    bed.ledger.references().map((reference) => bed.ledger.facts(reference)),
    bed.bank.payments,
  ]);
  if (known.has(books)) return;
  known.add(books);
  const first = await steps.submit({ ...about, request: requestFor(bed.contract) });
  const view = await drive(bed, steps, first, bed.clock.nowMs() + TWO_HOURS_MS);
  expectHonest(view.status);
}

const POLICIES: readonly [name: string, options: BedOptions & { readonly guardProven?: boolean }][] = [
  ['a key', { contract: 'idempotent', scheduling: 'provider', preparation: 'none' }],
  ['a guard that is vouched for', { contract: 'guarded', guardProven: true }],
  ['nothing', { contract: 'unguarded' }],
  ['nothing, in lanes', { contract: 'unguarded', lanes: { subject: 'subject', call: 'call' } }],
];

const FATES = [['accepted'], ['reply_lost'], ['call_lost'], ['unsent'], ['throttled']] as const;

/** Two hours: every key window has passed, every record has settled. */
const TWO_HOURS_MS = 2 * 3_600_000;
const CLOSED_MS = CLOSES_MS + 1;
/** How often a worker that could go on is made to wait for another. Every one more takes about ten times as long. */
const SWITCHES = 1 + Number(process.env['PAYOUTS_TEST_DEPTH'] ?? 0);

const run = async (limits: Limits, world: () => Promise<World>, actors: (world: World) => readonly Actor[]) => {
  const known = new Set<string>();
  const orders = await forEveryOrder(
    limits,
    async () => {
      const made = await world();
      return { world: made, actors: actors(made) };
    },
    (world, trace) => expectPromises(world, trace, known),
  );
  expect(orders).toBeGreaterThan(20);
};

describe.each(POLICIES)('guarded by %s', (_name, options) => {
  it.each(FATES.map((fates) => [fates.join(), fates] as const))(
    '%s: two workers that take the same step, one of which may die, never pay twice',
    async (_fate, fates) => {
      const world = async () => makeWorld(options, fates);
      await run({ switches: SWITCHES + 1, deaths: 1 }, world, (made) => [
        submitting('one', made, true),
        submitting('other', made),
      ]);
    },
  );

  it.each(FATES.map((fates) => [fates.join(), fates] as const))(
    '%s: a worker that is frozen anywhere, and another one much later, never pay twice',
    async (_fate, fates) => {
      const world = async () => makeWorld(options, fates);
      await run({ switches: SWITCHES + 1, deaths: 0 }, world, (made) => [
        submitting('one', made),
        timePasses(made, CLOSED_MS),
        submitting('other', made),
      ]);
    },
  );

  it('a cancel that was counted is never followed by a payment that it did not answer for', async () => {
    const world = async () => makeWorld(options, ['unsent', 'accepted']);
    const cancel = { kind: 'cancel', by: 'Ada', reason: '' } as const;
    await run({ switches: SWITCHES, deaths: 0 }, world, (made) => [
      submitting('one', made),
      deciding('cancel', made, cancel),
      timePasses(made, 10_000),
      submitting('other', made),
    ]);
  });

  it('a person who says to pay again has it paid once more, however many workers hear it', async () => {
    const payAgain = { kind: 'resolve', by: 'Ada', paid: false, payAgain: true, evidence: 'none there' } as const;
    await run(
      { switches: SWITCHES, deaths: 1 },
      () => makeDoubt(options),
      (made) => [deciding('pay again', made, payAgain), submitting('one', made, true), submitting('other', made)],
    );
  });

  it('a person who says that it was not paid is not answered by a payment', async () => {
    const notPaid = { kind: 'resolve', by: 'Ada', paid: false, payAgain: false, evidence: 'none there' } as const;
    await run(
      { switches: SWITCHES, deaths: 0 },
      () => makeDoubt(options),
      (made) => [deciding('not paid', made, notPaid), looking('a look', made), submitting('one', made)],
    );
  });
});

/** Nobody can know whether it was paid, and the records had their time. The key, where there is one, may be forgotten. */
async function makeDoubt(options: BedOptions & { readonly guardProven?: boolean }): Promise<World> {
  const world = makeWorld(options, ['call_lost']);
  const { bed } = world;
  await bed.worker().submit({ ...about, request: requestFor(bed.contract) });
  bed.clock.advance(TWO_HOURS_MS);
  bed.bank.sighting = { kind: 'absent', proven: false, because: 'it is not there' };
  await bed.worker().lookUp(about);
  bed.bank.sighting = undefined;
  return world;
}

it('every order within the limits is tried, and each of them once', async () => {
  const seen: string[] = [];
  const actors: readonly Actor[] = ['a', 'b'].map((name) => ({
    name,
    act: async (pause) => {
      await pause('first');
      await pause('second');
    },
  }));
  const orders = await forEveryOrder(
    { switches: 9, deaths: 0 },
    async () => ({ world: seen, actors }),
    (world, trace) => {
      world.push(trace.map((step) => step[0]).join(''));
    },
  );
  // Three steps of each: six choose three.
  expect([orders, new Set(seen).size]).toEqual([20, 20]);
  const calm = await forEveryOrder(
    { switches: 0, deaths: 0 },
    async () => ({ world: seen, actors }),
    () => undefined,
  );
  expect(calm).toBe(2);
});
