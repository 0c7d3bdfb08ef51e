import type { Carriers } from '../../activities/deps.js';
import { advanceGroup } from '../../activities/group/advance.js';
import type { GroupDeps } from '../../activities/group/input.js';
import { watch } from '../../activities/watch.js';
import { PayoutsError } from '../../src/payout/errors.js';
import type { GroupInput, GroupTurn } from '../../src/payout/group-input.js';
import type { View } from '../../src/payout/view.js';
import type { WatchInput, WatchPoll } from '../../src/payout/watch-input.js';
import { Machine } from './machine.js';
import { OF_STEPS } from './options.js';
import { serve } from './providers.js';
import { never, reach, takeStep, type Step } from './worker.js';
import type { World } from './world.js';

/** What a step throws that no other worker and no later try can change. As `activities/as-failure.ts` has it. */
const FINAL: ReadonlySet<string> = new Set(['InvalidRequest', 'ReferenceConflict', 'NotFound', 'DecisionRefused']);

/** What a step came to. */
export type Ended<T = View> =
  | { readonly kind: 'view'; readonly view: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

type Tried<T> = Ended<T> | { readonly kind: 'again' };

/** A step that a worker takes with the real code. */
interface Task<T> {
  readonly name: string;
  /** Whom it is about: a payout, or a group. */
  readonly about: string;
  readonly group?: string;
  readonly isCalm?: boolean;
  readonly ledgerId?: string | undefined;
  act(deps: GroupDeps): Promise<T>;
  tell(answer: T): string;
}

const REPORT_MS = 3;
const LONGEST_PAUSE_MS = 60_000;

/** Temporal, as far as a payout notices it: gives steps to workers, and gives them again until one answers. */
export class Engine {
  private machines = 0;

  constructor(private readonly world: World) {}

  /** `isWanted`: a carrier that is gone asks for nothing any more. */
  take(step: Step, isWanted: () => boolean): Promise<Ended> {
    const { reference, ledgerId } = step.input;
    const task: Task<View> = {
      name: step.name,
      about: reference,
      ledgerId,
      act: (deps) => takeStep(deps, step),
      tell: ({ status }) => status,
    };
    return this.insist(task, isWanted);
  }

  advance(input: GroupInput, isWanted: () => boolean): Promise<Ended<GroupTurn>> {
    const { carrier, ledgerId } = input;
    const task: Task<GroupTurn> = {
      name: 'advance_group',
      about: carrier,
      group: carrier,
      ledgerId,
      act: (deps) => advanceGroup(deps)(input),
      tell: ({ open }) => `${open} open`,
    };
    return this.insist(task, isWanted);
  }

  /** What goes wrong with the watcher is no matter here: it only writes down what the lists show. */
  watch(input: WatchInput): Promise<Ended<WatchPoll>> {
    const task: Task<WatchPoll> = {
      name: 'watch',
      about: `the lists of ${input.provider}`,
      isCalm: true,
      act: (deps) => watch(deps)(input),
      tell: ({ waiting }) => `${waiting} wait`,
    };
    return this.insist(task, () => true);
  }

  private async insist<T>(task: Task<T>, isWanted: () => boolean): Promise<Ended<T>> {
    for (let tries = 1; ; tries += 1) {
      const tried = await this.try(task);
      if (tried.kind !== 'again') return tried;
      if (!isWanted()) return never();
      await this.world.kernel.wait(Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** (tries - 1)));
      if (!isWanted()) return never();
    }
  }

  private try<T>(task: Task<T>): Promise<Tried<T>> {
    const { world } = this;
    const { kernel } = world;
    this.machines += 1;
    const machine = new Machine(kernel, `w${this.machines} ${task.name}`, task.about, task.group, task.isCalm);
    world.machines.add(machine);
    return new Promise((resolve) => {
      machine.onLost((afterMs) => kernel.plan(kernel.nowMs + afterMs, () => resolve({ kind: 'again' })));
      const end = (tried: Tried<T>, said: string): void => {
        const report = (): void => {
          world.machines.delete(machine);
          resolve(tried);
        };
        if (world.pauseAt(machine, said, OF_STEPS) !== 'dies') kernel.plan(kernel.nowMs + REPORT_MS, report, machine);
      };
      const begin = (): void => {
        const served = world.serve(machine, task.ledgerId);
        const deps = {
          ledger: reach(world, machine, served.ledger),
          // Its process began with the ordinary ledger, whatever it finds there now.
          standing: world.ledger.standing(),
          accounts: [serve(world.plan, served.site)],
          worker: machine.name,
          clock: machine,
          ...this.carriersFor(machine),
        };
        task.act(deps).then(
          (view) => end({ kind: 'view', view }, `answers ${task.tell(view)}`),
          (error: unknown) => end(this.judge(machine, error), `throws ${nameOf(error)}`),
        );
      };
      kernel.plan(kernel.nowMs, begin, machine);
    });
  }

  /** Where there are groups, steps start workflows and tell them something; single payouts do without. */
  private carriersFor(machine: Machine): { carriers?: Carriers } {
    const { world } = this;
    if (world.plan.groups === undefined) return {};
    const nudge = (reference: string): Promise<void> => {
      if (world.pauseAt(machine, `nudges ${reference}`, ['dies']) === 'dies') return never();
      return world.nudge(reference);
    };
    const carriers = { nudge, tell: (view: View) => nudge(view.reference), watch: () => world.startWatch() };
    return { carriers };
  }

  private judge<T>(machine: Machine, error: unknown): Tried<T> {
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
