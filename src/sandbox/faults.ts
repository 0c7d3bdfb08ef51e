import { FaultSpecError, parseFaultSpec, type FaultInput, type FaultSpec } from './fault-spec.js';
import { createRandom } from './random.js';

/** Which requests go wrong, and how. The same seed and the same order of requests give the same faults. */
export interface FaultPlan {
  /** Adds a fault; those added first hit first. Throws `FaultSpecError`. */
  add(fault: FaultInput): FaultSpec;
  /** The faults that may still hit, with how often they did. */
  list(): readonly (FaultSpec & { readonly hits: number })[];
  /** Ends one fault; the others go on. */
  remove(fault: FaultSpec): void;
  clear(): void;
  /** The fault that hits this request, if any. Counts the request. `text`: its path and body. */
  draw(provider: string, route: string, text?: string): FaultSpec | undefined;
}

interface Planned {
  readonly spec: FaultSpec;
  readonly random: () => number;
  seen: number;
  hits: number;
}

/** `routes`: the route ids of each provider, so that a misspelt fault is refused instead of never hitting. */
export function createFaultPlan(seed: number, routes: ReadonlyMap<string, readonly string[]>): FaultPlan {
  let planned: Planned[] = [];
  let added = 0;

  return {
    add(fault) {
      const spec = parseFaultSpec(fault);
      expectKnownRoute(spec, routes);
      // A stream for each fault: requests on other routes do not change what this one draws.
      planned.push({ spec, random: createRandom(seed, added++), seen: 0, hits: 0 });
      return spec;
    },
    list: () => planned.filter((fault) => !isSpent(fault)).map(({ spec, hits }) => ({ ...spec, hits })),
    remove(fault) {
      planned = planned.filter(({ spec }) => spec !== fault);
    },
    clear() {
      planned = [];
    },
    draw(provider, route, text = '') {
      const matching = planned.filter(({ spec }) => matches(spec, provider, route, text));
      const due = matching.filter(isDue);
      const first = due.find((fault) => !isSpent(fault));
      if (first) first.hits += 1;
      return first?.spec;
    },
  };
}

const matches = (spec: FaultSpec, provider: string, route: string, text: string): boolean =>
  spec.provider === provider &&
  (spec.route === '*' || spec.route === route) &&
  (spec.about === undefined || text.includes(spec.about));

/** Counts the request and draws even when another fault hits it, so that a fault's draws depend on its requests alone. */
function isDue(fault: Planned): boolean {
  fault.seen += 1;
  if (fault.seen <= fault.spec.skip) return false;
  return fault.spec.probability === undefined || fault.random() < fault.spec.probability;
}

const isSpent = ({ spec, hits }: Planned): boolean => spec.times !== 'always' && hits >= spec.times;

function expectKnownRoute({ provider, route }: FaultSpec, routes: ReadonlyMap<string, readonly string[]>): void {
  const known = routes.get(provider);
  if (!known)
    throw new FaultSpecError(`provider: "${provider}" is unknown; use one of ${[...routes.keys()].join(', ')}`);
  if (route !== '*' && !known.includes(route)) {
    throw new FaultSpecError(`route: "${route}" is unknown to ${provider}; use * or one of ${known.join(', ')}`);
  }
}
