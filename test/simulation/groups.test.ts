import { describe, expect, it } from 'vitest';
import { findPlan } from './find-plan.js';
import type { Plan } from './plan.js';
import { simulate } from './simulate.js';

interface Story {
  readonly plan: string;
  /** How often the call that asks for several arrives, and the call that asks for one. */
  readonly together: number;
  readonly alone: number;
  /** What becomes of p-1, p-2 and so on. */
  readonly ends: readonly string[];
}

/** What the plans of shared calls come to by themselves: that they simulate what their names say. */
const STORIES: readonly Story[] = [
  { plan: 'manifest rows: paid by one call', together: 1, alone: 0, ends: ['sent', 'sent'] },
  { plan: 'manifest rows: reply lost', together: 2, alone: 0, ends: ['sent', 'sent'] },
  { plan: 'manifest rows: one of them is refused', together: 2, alone: 0, ends: ['sent', 'error', 'sent'] },
  {
    plan: 'manifest rows: refused one after the other',
    together: 0,
    alone: 2,
    ends: ['error', 'error', 'sent', 'sent'],
  },
  {
    plan: 'manifest rows: refused because of a row that is none of ours',
    together: 0,
    alone: 3,
    ends: ['sent', 'sent', 'sent'],
  },
  { plan: 'prolific rows: paid by one call', together: 1, alone: 0, ends: ['sent', 'sent'] },
  { plan: 'prolific rows: some show late', together: 1, alone: 0, ends: ['sent', 'sent', 'sent'] },
  { plan: 'prolific rows: two of one submission', together: 2, alone: 0, ends: ['sent', 'sent', 'sent'] },
  { plan: 'prolific rows: one of them is refused', together: 0, alone: 2, ends: ['sent', 'error', 'sent'] },
  // Its answer names nobody, so it is said to all of them.
  { plan: 'prolific rows: refused, and nobody is named', together: 0, alone: 0, ends: ['error', 'error', 'error'] },
  { plan: 'respondent rows: paid one by one', together: 0, alone: 3, ends: ['sent', 'sent', 'sent'] },
];

const PAYING = { manifest: /POST \/payout/, prolific: /POST .*\/pay\//, respondent: /POST .*\/payouts/ } as const;

/** The paying calls that arrived and were carried out, by who made them. */
function countCalls({ provider }: Pick<Plan, 'provider'>, trace: readonly string[]) {
  const arrived = trace.filter((line) => line.includes('arrives: ') && PAYING[provider].test(line));
  const together = arrived.filter((line) => provider !== 'respondent' && line.includes('advance_group')).length;
  return { together, alone: arrived.length - together };
}

describe('several whom one call asks for', () => {
  it.each(STORIES.map((story) => [story.plan, story] as const))(
    '%s: as many calls as it takes, and an end for each',
    async (name, story) => {
      const plan = findPlan(name);
      const { trace, statuses, violations } = await simulate(plan, new Map());
      expect(violations).toEqual([]);
      expect(plan.requests.map(({ reference }) => statuses[reference])).toEqual(story.ends);
      expect(countCalls(plan, trace)).toEqual({ together: story.together, alone: story.alone });
    },
  );
});
