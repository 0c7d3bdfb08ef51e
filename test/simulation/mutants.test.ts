import { describe as group, expect, it } from 'vitest';
import { exhaust } from './explore.js';
import { GROUP_MUTANTS } from './group-mutants.js';
import { apply, load } from './mutate.js';
import { MUTANTS, type Mutant } from './mutants.js';
import { findPlan } from './find-plan.js';

import { simulate, type Report } from './simulate.js';

/** The first schedule of its plan in which the program without the guard breaks a promise. */
async function findFirst({ plan, mutations, most, options }: Mutant): Promise<Report | undefined> {
  const { exhaust } = await load(mutations);
  let broken: Report | undefined;
  await exhaust(
    findPlan(plan),
    most,
    (report) => {
      if (report.violations.length > 0) broken = report;
      return broken !== undefined;
    },
    options,
  );
  return broken;
}

group('without this guard a promise is broken', () => {
  it.each([...MUTANTS, ...GROUP_MUTANTS].map((mutant) => [mutant.guard, mutant] as const))(
    '%s',
    async (_guard, mutant) => {
      const broken = await findFirst(mutant);
      expect(broken, `${mutant.plan}, at most ${mutant.most} deviations: nothing was found`).toBeDefined();
      const { plan, deviations, violations } = broken as Report;
      const how = [...deviations].map(([number, option]) => `${option} at ${number}`).join(', ') || 'nothing odd';
      console.log(`${mutant.guard}\n  found by: ${plan.name}, ${how}: ${violations[0]?.what}`);
      // The guard it is, and nothing else: with it the same schedule keeps every promise.
      expect((await simulate(plan, deviations)).violations).toEqual([]);
    },
  );

  it('is no other program by accident: unmutated it keeps every promise of the same schedules', async () => {
    const program = await load([]);
    const plan = findPlan('prolific: at a date');
    const seen: string[] = [];
    await program.exhaust(plan, 0, ({ trace }) => (seen.push(trace.join('\n')), false));
    await exhaust(plan, 0, ({ trace }) => (seen.push(trace.join('\n')), false));
    expect(seen[0]).toBe(seen[1]);
  });

  it('cannot rot: a text that is not found, or found twice, is told', async () => {
    const mutation = { file: 'activities/claim.ts', from: 'no such text', to: '' };
    expect(() => apply('a b a', { ...mutation, from: 'a' })).toThrow('holds 2 times');
    await expect(load([mutation])).rejects.toThrow('holds 0 times');
    await expect(load([{ ...mutation, file: 'src/cli/main.ts' }])).rejects.toThrow('is no part of the program');
  });
});
