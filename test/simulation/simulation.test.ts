import { describe as group, expect, it } from 'vitest';
import { fromWords } from './choices.js';
import { atRandom, exhaust } from './explore.js';
import { GROUP_CORE, GROUP_PLANS } from './group-plans.js';
import { OPEN, unknownOf } from './open.js';
import { findPlan } from './find-plan.js';
import { CORE, PLANS } from './plans.js';
import { describe, simulate, type Report } from './simulate.js';

const setting = (name: string, byDefault: string): string => process.env[`PAYOUTS_SIMULATION_${name}`] ?? byDefault;

/**
 * The bound of what is tried in full: one deviation, at every point of the core plans. One deviation more takes a hundred times as
 * long, all plans ten times. What lies beyond the bound is tried at random, by seed.
 */
const DEVIATIONS = Number(setting('DEVIATIONS', '1'));
const EXHAUSTED = setting('PLANS', 'core') === 'all' ? [...PLANS, ...GROUP_PLANS] : [...CORE, ...GROUP_CORE];
const SEED = Number(setting('SEED', '1'));
const SCHEDULES = Number(setting('SCHEDULES', '500'));
/** Each of them is several payouts, and takes several times as long. */
const GROUP_SCHEDULES = Math.ceil(SCHEDULES / 20);
const TIMEOUT_MS = 120_000 * 100 ** (DEVIATIONS - 1) * Math.max(1, SCHEDULES / 500);

/** Keeps the first schedule that broke a promise in a way that is not known yet. */
function watch() {
  const watched: { broken?: Report } = {};
  const seen = (report: Report): boolean => {
    if (unknownOf(report).length > 0) watched.broken ??= report;
    return watched.broken !== undefined;
  };
  return { watched, seen };
}

const readable = (report: Report | undefined): string => (report ? describe(report) : '');

group('whatever goes wrong, wherever', () => {
  it.each(EXHAUSTED.map((plan) => [plan.name, plan] as const))(
    `%s: every promise is kept, with any ${DEVIATIONS} deviations`,
    async (_name, plan) => {
      const { watched, seen } = watch();
      const count = await exhaust(plan, DEVIATIONS, seen);
      expect(readable(watched.broken)).toBe('');
      expect(count).toBeGreaterThan(20);
    },
    TIMEOUT_MS,
  );

  it(`each of the ${PLANS.length} plans by itself, and each of the ${GROUP_PLANS.length} of shared calls, keeps every promise`, async () => {
    const { watched, seen } = watch();
    for (const plan of [...PLANS, ...GROUP_PLANS]) await exhaust(plan, 0, seen);
    expect(readable(watched.broken)).toBe('');
  });

  it(
    `${SCHEDULES} random schedules of seed ${SEED} keep every promise`,
    async () => {
      const { watched, seen } = watch();
      let number = 0;
      while (number < SCHEDULES && !seen(await atRandom(PLANS, SEED, number))) number += 1;
      expect(readable(watched.broken), `npm run simulate -- --seed ${SEED} --number ${number}`).toBe('');
    },
    TIMEOUT_MS,
  );
});

group('whatever goes wrong for several whom one call asks for', () => {
  it(
    `${GROUP_SCHEDULES} random schedules of seed ${SEED} keep every promise`,
    async () => {
      const { watched, seen } = watch();
      let number = 0;
      while (number < GROUP_SCHEDULES && !seen(await atRandom(GROUP_PLANS, SEED, number))) number += 1;
      expect(readable(watched.broken), `npm run simulate -- --groups --seed ${SEED} --number ${number}`).toBe('');
    },
    TIMEOUT_MS,
  );
});

group('what is known and not mended', () => {
  it('is told by its name, and is found until it is mended', async () => {
    for (const { name, plan, most, options, what } of OPEN) {
      let isFound = false;
      await exhaust(
        findPlan(plan),
        most,
        ({ violations }) => (isFound ||= violations.some((one) => what.test(one.what))),
        options,
      );
      expect(isFound, `"${name}" is not found any more: take it out of the list`).toBe(true);
    }
  });
});

group('the simulation', () => {
  it('gives the same trace for the same seed, and another one for another seed', async () => {
    const [first, same, other] = [
      await atRandom(PLANS, 7, 3),
      await atRandom(PLANS, 7, 3),
      await atRandom(PLANS, 8, 3),
    ];
    expect(same.trace).toEqual(first.trace);
    expect(other.trace).not.toEqual(first.trace);
    expect(first.deviations.size).toBeGreaterThan(0);
  });

  it('repeats a random schedule by what it tells of it', async () => {
    const report = await atRandom(PLANS, 7, 5);
    const [, plan = '', deviations = ''] = /--plan '(.*)' --deviations '(.*)'/.exec(describe(report)) ?? [];
    const again = await simulate(findPlan(plan), fromWords(deviations));
    expect(again.trace).toEqual(report.trace);
  });
});
