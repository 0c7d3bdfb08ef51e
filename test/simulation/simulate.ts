import { asPlanned, inWords, type Chooser, type Deviations, type Point } from './choices.js';
import type { Status } from '../../src/payout/status.js';
import { takeOver } from './network.js';
import type { Plan } from './plan.js';
import type { Violation } from './checks.js';
import { World } from './world.js';

/** What became of one schedule. */
export interface Report {
  readonly plan: Plan;
  readonly deviations: Deviations;
  /** The points that it came by, with what else could have happened there. */
  readonly points: readonly Point[];
  readonly violations: readonly Violation[];
  readonly breaches: readonly string[];
  readonly trace: readonly string[];
  /** What became of each payout, by reference. */
  readonly statuses: Readonly<Record<string, Status>>;
}

/** Runs one schedule. What happens at each point is up to the chooser; the same choices give the same trace. */
export async function simulate(plan: Plan, choose: Chooser | Deviations): Promise<Report> {
  const chooser = typeof choose === 'function' ? choose : asPlanned(choose);
  const deviations = new Map<number, string>();
  const points: Point[] = [];
  const world = new World(plan, (point) => {
    points.push(point);
    const chosen = chooser(point);
    if (chosen !== undefined) deviations.set(point.number, chosen);
    return chosen;
  });
  const { kernel, network } = world;
  const startTimer = (ms: number): AbortSignal => {
    const timer = new AbortController();
    kernel.plan(kernel.nowMs + ms, () => timer.abort(), kernel.running);
    return timer.signal;
  };
  const release = takeOver({ carry: network.carry, startTimer });
  try {
    await world.run();
  } finally {
    release();
  }
  const { violations, breaches } = world.checks;
  const told = { plan, deviations, points, violations, breaches: [...breaches] };
  return { ...told, trace: masked(world.trace), statuses: world.statuses() };
}

/** The simulated providers draw their ids at random; they are numbered here, so that the same schedule reads the same. */
function masked(trace: readonly string[]): readonly string[] {
  const names = new Map<string, string>();
  const rename = (id: string): string => {
    const known = names.get(id) ?? `id${names.size + 1}`;
    names.set(id, known);
    return known;
  };
  return trace.map((line) => line.replace(/\bpay_[0-9a-f]{32}\b|\b[0-9a-f]{24}\b/g, rename));
}

/** A schedule that can be read, and the one command that runs it again. */
export function describe({ plan, deviations, violations, breaches, trace }: Report): string {
  return [
    ...violations.map(({ reference, what }) => `VIOLATION ${reference}: ${what}`),
    ...(breaches.length > 0 ? [`assumptions broken by the schedule: ${breaches.join('; ')}`] : []),
    `plan: ${plan.name}`,
    `again: npm run simulate -- --plan '${plan.name}' --deviations '${inWords(deviations)}'`,
    ...trace,
  ].join('\n');
}
