import type { FaultInput } from '../../src/sandbox/fault-spec.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';

/** Below the settle time (8 s), as the protocol assumes: a request that arrives later than that is nobody's to know. */
const LATE_MS = 5_000;

/** Of the calls that move money, about a quarter goes wrong; of all others about one in twenty. */
export function addFaults({ faults, providers, payingRoutes }: Sandbox): void {
  for (const provider of providers) {
    for (const route of payingRoutes(provider))
      for (const fault of ON_PAYING) faults.add({ provider, route, ...fault });
    for (const fault of ANYWHERE) faults.add({ provider, route: '*', ...fault });
  }
}

type Fault = Omit<FaultInput, 'provider' | 'route'> & { readonly probability: number };

/**
 * Every kind. Only what no protocol can survive is left out: a provider that refuses for good (400, 401, 404, 422) what it has
 * paid after all.
 */
const ON_PAYING: readonly Fault[] = [
  { kind: 'no_connection', probability: 0.02 },
  { kind: 'reply_lost', probability: 0.04 },
  { kind: 'error_before', probability: 0.025 },
  { kind: 'error_after', probability: 0.03 },
  { kind: 'rate_limited', probability: 0.02 },
  { kind: 'rate_limited', afterEffect: true, probability: 0.01 },
  { kind: 'never_answers', probability: 0.01 },
  { kind: 'never_answers', afterEffect: true, probability: 0.015 },
  { kind: 'garbage_body', probability: 0.02 },
  { kind: 'slow', delayMs: LATE_MS, probability: 0.015 },
  { kind: 'slow', delayMs: 1_500, probability: 0.01 },
  { kind: 'slow', delayMs: LATE_MS, afterEffect: true, probability: 0.01 },
  { kind: 'status', status: 409, probability: 0.01 },
  { kind: 'status', status: 409, afterEffect: true, probability: 0.005 },
  { kind: 'status', status: 401, probability: 0.005 },
  { kind: 'status', status: 422, probability: 0.005 },
  { kind: 'status', status: 302, afterEffect: true, probability: 0.003 },
];

const ANYWHERE: readonly Fault[] = [
  { kind: 'no_connection', probability: 0.01 },
  { kind: 'reply_lost', probability: 0.01 },
  { kind: 'error_before', probability: 0.01 },
  { kind: 'error_after', probability: 0.005 },
  { kind: 'rate_limited', probability: 0.01 },
  { kind: 'never_answers', probability: 0.002 },
  { kind: 'garbage_body', probability: 0.01 },
  { kind: 'slow', delayMs: 1_000, probability: 0.003 },
  { kind: 'status', status: 401, probability: 0.003 },
];
