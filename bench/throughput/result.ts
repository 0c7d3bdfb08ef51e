import type { Case } from './cases.js';
import type { CpuMs, Measured } from './measure.js';
import type { Calls } from './provider-calls.js';
import type { Written } from './read-histories.js';
import { median } from '../median.js';

/** Of one case, for each payout. Figures that differ from round to round are medians. */
export interface CaseResult {
  readonly payouts: number;
  readonly perSecond: number;
  /** Of the floor's median. */
  readonly ratio: number;
  readonly cpuMs: CpuMs;
  readonly workerPeakMb: number;
  /** Of the last round, whole. */
  readonly events: number;
  readonly actions: number;
  readonly workflows: number;
  /** All requests of the last round, by provider and route. */
  readonly calls: Calls;
  /** Payouts per second of each round. */
  readonly rounds: readonly number[];
}

export function summarize(
  { payouts }: Pick<Case, 'payouts'>,
  rounds: readonly Measured[],
  written: Written,
  floorPerSecond: number,
): CaseResult {
  const middle = (of: (measured: Measured) => number) => median(rounds.map(of));
  const perSecond = middle((one) => one.perSecond);
  return {
    payouts,
    perSecond,
    ratio: perSecond / floorPerSecond,
    cpuMs: {
      worker: middle(({ cpuMs }) => cpuMs.worker),
      temporal: middle(({ cpuMs }) => cpuMs.temporal),
      postgres: middle(({ cpuMs }) => cpuMs.postgres),
      sandbox: middle(({ cpuMs }) => cpuMs.sandbox),
      client: middle(({ cpuMs }) => cpuMs.client),
    },
    workerPeakMb: middle((one) => one.workerPeakMb),
    events: written.events / payouts,
    actions: written.actions / payouts,
    workflows: written.workflows / payouts,
    calls: rounds.at(-1)?.calls ?? {},
    rounds: rounds.map((one) => one.perSecond),
  };
}
