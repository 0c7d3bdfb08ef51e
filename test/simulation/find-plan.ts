import { GROUP_PLANS } from './group-plans.js';
import type { Plan } from './plan.js';
import { PLANS } from './plans.js';

export function findPlan(name: string): Plan {
  const all = [...PLANS, ...GROUP_PLANS];
  const found = all.find((one) => one.name === name);
  if (!found) throw new Error(`there is no plan "${name}"; there are ${all.map((one) => one.name).join(' · ')}`);
  return found;
}
