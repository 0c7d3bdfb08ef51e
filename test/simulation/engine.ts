import { PayoutsError } from '../../src/payout/errors.js';
import type { View } from '../../src/payout/view.js';
import { Machine } from './machine.js';
import { OF_STEPS } from './options.js';
import { serve } from './providers.js';
import { never, reach, takeStep, type Step } from './worker.js';
import type { World } from './world.js';

/** What a step throws that no other worker and no later try can change. As `activities/as-failure.ts` has it. */
const FINAL: ReadonlySet<string> = new Set(['InvalidRequest', 'ReferenceConflict', 'NotFound', 'DecisionRefused']);

export type Ended =
  | { readonly kind: 'view'; readonly view: View }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

type Tried = Ended | { readonly kind: 'again' };

const REPORT_MS = 3;
const LONGEST_PAUSE_MS = 60_000;

/** Temporal, as far as a payout notices it: gives steps to workers, and gives them again until one answers. */
export class Engine {
  private machines = 0;

  constructor(private readonly world: World) {}

  /** `isWanted`: a carrier that is gone asks for nothing any more. */
  async take(step: Step, isWanted: () => boolean): Promise<Ended> {
    for (let tries = 1; ; tries += 1) {
      const tried = await this.try(step);
      if (tried.kind !== 'again') return tried;
      if (!isWanted()) return never();
      await this.world.kernel.wait(Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** (tries - 1)));
      if (!isWanted()) return never();
    }
  }

  private try(step: Step): Promise<Tried> {
    const { world } = this;
    const { kernel } = world;
    this.machines += 1;
    const machine = new Machine(kernel, `w${this.machines} ${step.name}`, step.input.reference);
    world.machines.add(machine);
    return new Promise((resolve) => {
      machine.onLost((afterMs) => kernel.plan(kernel.nowMs + afterMs, () => resolve({ kind: 'again' })));
      const end = (tried: Tried, said: string): void => {
        const report = (): void => {
          world.machines.delete(machine);
          resolve(tried);
        };
        if (world.pauseAt(machine, said, OF_STEPS) !== 'dies') kernel.plan(kernel.nowMs + REPORT_MS, report, machine);
      };
      const begin = (): void => {
        const served = world.serve(machine, step);
        const deps = {
          ledger: reach(world, machine, served.ledger),
          accounts: [serve(world.plan, served.site)],
          worker: machine.name,
          clock: machine,
        };
        takeStep(deps, step).then(
          (view) => end({ kind: 'view', view }, `answers ${view.status}`),
          (error: unknown) => end(this.judge(machine, error), `throws ${nameOf(error)}`),
        );
      };
      kernel.plan(kernel.nowMs, begin, machine);
    });
  }

  private judge(machine: Machine, error: unknown): Tried {
    if (!(error instanceof PayoutsError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.world.violated(machine.reference, `a step threw what nobody expects: ${text}`);
      return { kind: 'again' };
    }
    return FINAL.has(error.code) ? { kind: 'refused', code: error.code, message: error.message } : { kind: 'again' };
  }
}

const nameOf = (error: unknown): string =>
  error instanceof PayoutsError ? `${error.code}: ${error.message}` : String(error);
