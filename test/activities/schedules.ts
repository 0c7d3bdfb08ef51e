/**
 * Runs several actors one step at a time, in an order that is given: a step ends where an actor waits for the outside world.
 * Nothing else may be awaited by an actor, so that an order can be repeated exactly.
 */
export interface Actor {
  readonly name: string;
  /** `pause` is awaited wherever others may go first. */
  readonly act: (pause: (where: string) => Promise<void>) => Promise<unknown>;
  /** It may die at any of its pauses and is never heard of again. */
  readonly mayDie?: boolean;
}

/** One choice: which actor goes on, or dies. */
export interface Choice {
  readonly actor: string;
  readonly dies: boolean;
}

interface Paused {
  readonly where: string;
  readonly go: () => void;
}

/** What was done, in order, such as `submit 1: transaction`. */
export type Trace = readonly string[];

const FIRST = 'begins';
/** Where an actor that only waits for time to pass says so. */
export const SLEEPS = 'sleeps';

/** Runs the actors; `choose` picks among what can happen next, by its index. Throws what an actor throws. */
export async function runInOrder(
  actors: readonly Actor[],
  choose: (choices: readonly Choice[]) => number,
): Promise<Trace> {
  const paused = new Map<string, Paused>();
  const trace: string[] = [];
  const broken: unknown[] = [];
  let running = 0;
  let allPaused = (): void => undefined;
  const leave = (): void => {
    running -= 1;
    if (running === 0) allPaused();
  };
  const begin = ({ name, act }: Actor): void => {
    const pause = (where: string): Promise<void> =>
      new Promise((resolve) => {
        paused.set(name, { where, go: resolve });
        leave();
      });
    void pause(FIRST)
      .then(() => act(pause))
      .catch((error: unknown) => broken.push(error))
      .finally(leave);
  };

  running = actors.length;
  await new Promise<void>((resolve) => {
    allPaused = resolve;
    for (const actor of actors) begin(actor);
  });
  let last = '';
  while (paused.size > 0) {
    const choices = choicesOf(actors, paused, last);
    const choice = choices[choose(choices)] as Choice;
    const { where, go } = paused.get(choice.actor) as Paused;
    paused.delete(choice.actor);
    trace.push(`${choice.actor}: ${choice.dies ? 'dies before ' : ''}${where}`);
    last = choice.dies ? '' : choice.actor;
    if (choice.dies) continue;
    running += 1;
    await new Promise<void>((resolve) => {
      allPaused = resolve;
      go();
    });
    if (broken.length > 0) throw new Error(`after ${trace.join('; ')}`, { cause: broken[0] });
  }
  return trace;
}

/** The one that went last comes first: to take another one is a switch, and orders with few switches are tried first. */
function choicesOf(actors: readonly Actor[], paused: ReadonlyMap<string, Paused>, last: string): readonly Choice[] {
  const waiting = actors.filter(({ name }) => paused.has(name));
  const awake = waiting.filter(({ name }) => paused.get(name)?.where !== SLEEPS);
  // One that sleeps goes on when nobody else can.
  const ready = awake.length > 0 ? awake : waiting;
  const ordered = [...ready.filter(({ name }) => name === last), ...ready.filter(({ name }) => name !== last)];
  const hasBegun = (name: string): boolean => paused.get(name)?.where !== FIRST;
  const dying = ordered.filter(({ name, mayDie }) => mayDie && hasBegun(name));
  return [
    ...ordered.map(({ name }) => ({ actor: name, dies: false })),
    ...dying.map(({ name }) => ({ actor: name, dies: true })),
  ];
}

export interface Limits {
  /** How often an actor that could go on may be made to wait for another. */
  readonly switches: number;
  readonly deaths: number;
}

/**
 * Runs a scenario in every order within the limits, each time from its beginning, and returns how many there were. `check` throws
 * where a promise was broken; the order is then told.
 */
export async function forEveryOrder<World>(
  limits: Limits,
  make: () => Promise<{ readonly world: World; readonly actors: readonly Actor[] }>,
  check: (world: World, trace: Trace) => Promise<void> | void,
): Promise<number> {
  let orders = 0;
  let prefix: readonly number[] | undefined = [];
  while (prefix) {
    const given: readonly number[] = prefix;
    const taken: number[] = [];
    const open: number[] = [];
    let left = limits;
    let current = '';
    const { world, actors } = await make();
    const trace = await runInOrder(actors, (choices) => {
      const isSwitch = ({ actor, dies }: Choice): boolean => !dies && current !== '' && actor !== current;
      const canGoOn = choices[0]?.actor === current;
      const allowed = choices.flatMap((choice, index) => {
        if (choice.dies) return left.deaths > 0 ? [index] : [];
        return canGoOn && isSwitch(choice) && left.switches === 0 ? [] : [index];
      });
      const position = given[taken.length] ?? 0;
      const index = allowed[position] as number;
      const choice = choices[index] as Choice;
      if (choice.dies) left = { ...left, deaths: left.deaths - 1 };
      else if (canGoOn && isSwitch(choice)) left = { ...left, switches: left.switches - 1 };
      current = choice.dies ? '' : choice.actor;
      taken.push(position);
      open.push(allowed.length);
      return index;
    });
    await check(world, trace);
    orders += 1;
    prefix = nextPrefix(taken, open);
  }
  return orders;
}

/** The next order: the last choice that had another way takes it. */
function nextPrefix(taken: readonly number[], open: readonly number[]): readonly number[] | undefined {
  const last = taken.findLastIndex((position, step) => position + 1 < (open[step] as number));
  return last === -1 ? undefined : [...taken.slice(0, last), (taken[last] as number) + 1];
}
