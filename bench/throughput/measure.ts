import type { Case } from './cases.js';
import { countCalls, type Calls } from './provider-calls.js';
import { forgetPeak, readCpuMs, readPeakMb } from '../process-use.js';
import type { World } from './world.js';

/** Of one case in one round. */
export interface Measured {
  readonly payouts: number;
  readonly perSecond: number;
  /** Processor time for each payout, milliseconds. */
  readonly cpuMs: CpuMs;
  readonly workerPeakMb: number;
  readonly calls: Calls;
  /** When it began and when nothing of it went on any more, milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface CpuMs {
  readonly worker: number;
  readonly temporal: number;
  readonly postgres: number;
  readonly sandbox: number;
  readonly client: number;
}

export async function measure(world: World, one: Case, id: string, payouts = one.payouts): Promise<Measured> {
  const worker = world.pids[one.worker];
  await one.prepare?.(world, id, payouts);
  const callsBefore = await countCalls(world);
  const fromMs = Date.now();
  forgetPeak(worker);
  const before = readCpu(world, worker);
  const startedAt = performance.now();
  await one.run(world, id, payouts);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = readCpu(world, worker);
  const workerPeakMb = readPeakMb(worker);
  await one.rest?.(world, id);
  const toMs = Date.now();
  const callsAfter = await countCalls(world);
  return {
    payouts,
    perSecond: payouts / seconds,
    cpuMs: mapValues(after, (value, name) => (value - before[name]) / payouts),
    workerPeakMb,
    calls: Object.fromEntries(
      Object.entries(callsAfter)
        .map(([route, count]) => [route, count - (callsBefore[route] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    ),
    fromMs,
    toMs,
  };
}

const readCpu = ({ pids: { temporal, postgres, sandbox } }: World, worker: number): CpuMs => ({
  worker: readCpuMs(worker),
  temporal: readCpuMs(temporal),
  postgres: readCpuMs(postgres),
  sandbox: readCpuMs(sandbox),
  client: clientCpuMs(),
});

function clientCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const mapValues = (values: CpuMs, change: (value: number, name: keyof CpuMs) => number): CpuMs =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, change(value as number, name as keyof CpuMs)]),
  ) as unknown as CpuMs;
