import { parseArgs } from 'node:util';
import { fromWords } from './choices.js';
import { atRandom, exhaust, shrink } from './explore.js';
import { GROUP_PLANS } from './group-plans.js';
import { unknownOf } from './open.js';
import { findPlan } from './find-plan.js';
import { PLANS } from './plans.js';
import { describe, simulate, type Report } from './simulate.js';

const HELP = `Runs schedules of the real protocol code against simulated providers, in virtual time.

  npm run simulate -- --seed 42 --schedules 10000   random schedules, until one breaks a promise that is not known to be broken
  npm run simulate -- --seed 42 --number 17         one of them, to read
  npm run simulate -- --groups --seed 42            the same of payouts that share a call
  npm run simulate -- --plan 'prolific: paid at once' --deviations '12:reply lost'
                                                    one schedule, told by what happens at its points
  npm run simulate -- --plan 'prolific: paid at once' --most 2
                                                    every schedule of a plan with at most two deviations
  npm run simulate -- --plans                       the plans
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    schedules: { type: 'string', default: '1000' },
    number: { type: 'string' },
    plan: { type: 'string' },
    deviations: { type: 'string', default: '' },
    most: { type: 'string' },
    plans: { type: 'boolean', default: false },
    groups: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** What random schedules are drawn from. */
const DRAWN = values.groups ? GROUP_PLANS : PLANS;

/** Prints a schedule that broke a promise, as small as it gets, and makes the run end with 1. */
async function tell(report: Report): Promise<void> {
  console.log(describe(report.violations.length > 0 ? await shrink(report) : report));
  if (report.violations.length > 0) process.exitCode = 1;
}

async function search(seed: number): Promise<void> {
  const schedules = Number(values.schedules);
  const startedMs = performance.now();
  for (let number = 0; number < schedules; number += 1) {
    const report = await atRandom(DRAWN, seed, number);
    if (unknownOf(report).length === 0) continue;
    console.log(`seed ${seed}, schedule ${number}`);
    await tell(report);
    return;
  }
  console.log(`seed ${seed}: ${schedules} schedules keep every promise, in ${inSeconds(startedMs)}`);
}

async function exhaustOne(name: string, most: number): Promise<void> {
  const startedMs = performance.now();
  let broken: Report | undefined;
  const count = await exhaust(findPlan(name), most, (report) => {
    if (unknownOf(report).length > 0) broken = report;
    return broken !== undefined;
  });
  if (broken) return tell(broken);
  console.log(
    `${name}: ${count} schedules with at most ${most} deviations keep every promise, in ${inSeconds(startedMs)}`,
  );
}

const inSeconds = (startedMs: number): string => `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;

async function run(): Promise<void> {
  if (values.help) console.log(HELP);
  else if (values.plans) console.log([...PLANS, ...GROUP_PLANS].map(({ name }) => name).join('\n'));
  else if (values.plan !== undefined && values.most !== undefined) await exhaustOne(values.plan, Number(values.most));
  else if (values.plan !== undefined) await tell(await simulate(findPlan(values.plan), fromWords(values.deviations)));
  else if (values.number !== undefined)
    await tell(await atRandom(DRAWN, Number(values.seed ?? 1), Number(values.number)));
  else await search(Number(values.seed ?? 1));
}

await run();
