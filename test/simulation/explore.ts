import { asPlanned, byChance, type Deviations } from './choices.js';
import type { Plan } from './plan.js';
import { simulate, type Report } from './simulate.js';
import { createRandom } from '../../src/sandbox/random.js';

/** Told of every schedule; true ends the search. */
export type Seen = (report: Report) => boolean;

/**
 * Every schedule of a plan with at most that many deviations, those with fewer first: at each point that is reached, each option
 * once. `only`: these options alone. Returns how many there were.
 */
export async function exhaust(plan: Plan, most: number, seen: Seen, only?: readonly string[]): Promise<number> {
  let count = 0;
  let layer: readonly Deviations[] = [new Map()];
  for (let depth = 0; depth <= most; depth += 1) {
    const next: Deviations[] = [];
    for (const deviations of layer) {
      const report = await simulate(plan, asPlanned(deviations));
      count += 1;
      if (seen(report)) return count;
      if (depth < most) next.push(...furtherOf(report, only));
    }
    layer = next;
  }
  return count;
}

/** One deviation more, after the last one. */
function furtherOf({ points, deviations }: Report, only?: readonly string[]): readonly Deviations[] {
  const last = Math.max(0, ...deviations.keys());
  return points
    .filter(({ number }) => number > last)
    .flatMap(({ number, options }) =>
      options
        .filter((option) => only === undefined || only.includes(option))
        .map((option) => new Map([...deviations, [number, option]])),
    );
}

/** The schedule of that number: which plan, and what happens at its points, depend on the seed and the number alone. */
export function atRandom(plans: readonly Plan[], seed: number, number: number): Promise<Report> {
  const random = createRandom(seed, number);
  const plan = plans[Math.floor(random() * plans.length)] as Plan;
  const probability = [0.03, 0.06, 0.12][Math.floor(random() * 3)] as number;
  return simulate(plan, byChance(random, probability));
}

/** The same violation with as few deviations as can be: what is left out changes nothing. */
export async function shrink(report: Report): Promise<Report> {
  let smallest = report;
  for (const number of report.deviations.keys()) {
    const fewer = new Map([...smallest.deviations].filter(([one]) => one !== number));
    const tried = await simulate(report.plan, asPlanned(fewer));
    if (tried.violations.some(({ what }) => what === report.violations[0]?.what)) smallest = tried;
  }
  return smallest;
}
