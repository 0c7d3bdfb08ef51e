import { availableParallelism, loadavg } from 'node:os';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import { median } from '../median.js';
import { chooseCases, mixedFile, type Case } from './cases.js';
import { measure, type Measured } from './measure.js';
import type { BenchOptions } from './options.js';
import { readJournal } from './provider-calls.js';
import { readHistories } from './read-histories.js';
import { summarize, type CaseResult } from './result.js';
import { startWorld, type World } from './world.js';

export interface BenchResult {
  readonly measuredAt: string;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly server: string;
  readonly rounds: number;
  readonly loadAverage: { readonly before: number; readonly after: number };
  readonly cases: Readonly<Record<string, CaseResult>>;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly journalAgreesWithLedger: boolean;
}

type Log = (line: string) => void;

/** The rounds alternate, so that a machine that is busy for a while hits all alike; the medians of the rounds are compared. */
export async function runBench(options: BenchOptions, log: Log): Promise<BenchResult> {
  const cases = chooseCases(options);
  const before = loadAverage();
  const world = await startWorld(options, log);
  try {
    const measured = await measureRounds(world, cases, options.rounds, log);
    for (const rows of sizesFor(options)) {
      await world.restartWorker();
      const large = { ...mixedFile(rows), name: `mixed, ${rows} rows, new worker` };
      measured.set(large, [await measureOne(world, large, `large${rows}`, log)]);
    }
    return {
      measuredAt: new Date().toISOString(),
      machine: { cores: availableParallelism(), node: process.version },
      server: options.inMemory
        ? 'development server, in memory, one partition'
        : 'development server, database in a file (write-ahead log, synchronous=normal), one partition',
      rounds: options.rounds,
      loadAverage: { before, after: loadAverage() },
      cases: await summarizeAll(world, measured, log),
      ...(await judge(world)),
    };
  } finally {
    await world.stop();
  }
}

async function measureRounds(
  world: World,
  cases: readonly Case[],
  rounds: number,
  log: Log,
): Promise<Map<Case, Measured[]>> {
  const measured = new Map<Case, Measured[]>(cases.map((one) => [one, []]));
  log('warm-up');
  for (const one of cases) await measureOne(world, one, `${one.name}-0`, log, Math.ceil(one.payouts / WARM_UP_SHARE));
  for (let round = 1; round <= rounds; round += 1) {
    log(`round ${round} of ${rounds}`);
    for (const one of cases) measured.get(one)?.push(await measureOne(world, one, `${one.name}-${round}`, log));
  }
  return measured;
}

const WARM_UP_SHARE = 4;

async function measureOne(world: World, one: Case, id: string, log: Log, payouts?: number): Promise<Measured> {
  const measured = await measure(world, one, id, payouts);
  const { perSecond, cpuMs, workerPeakMb } = measured;
  const cpu = Object.entries(cpuMs).map(([name, ms]) => `${name} ${(ms as number).toFixed(1)}`);
  log(
    `  ${one.name}: ${measured.payouts} at ${perSecond.toFixed(1)}/s; CPU ms each: ${cpu.join(', ')}; worker's peak ${workerPeakMb.toFixed(0)} MB`,
  );
  return measured;
}

/** A tenth of it first. */
const sizesFor = ({ large }: BenchOptions): readonly number[] => (large === 0 ? [] : [Math.ceil(large / 10), large]);

/** The histories are read when everything is measured: reading them is work for the server. */
async function summarizeAll(
  world: World,
  measured: ReadonlyMap<Case, readonly Measured[]>,
  log: Log,
): Promise<Record<string, CaseResult>> {
  log('reading the histories of the last round');
  const floor = [...measured].find(([{ name }]) => name === 'floor')?.[1] ?? [];
  const floorPerSecond = median(floor.map((one) => one.perSecond));
  const results: Record<string, CaseResult> = {};
  for (const [one, rounds] of measured) {
    const written = await readHistories(world, rounds.at(-1) as Measured);
    results[one.name] = summarize(one, rounds, written, floorPerSecond);
  }
  return results;
}

/** What was really paid against the ledger. The floor's payments have no reference: it promises nothing. */
async function judge(world: World): Promise<Pick<BenchResult, 'verdicts' | 'journalAgreesWithLedger'>> {
  const payments = (await readJournal(world)).filter(({ key }) => !key.includes('untagged'));
  const { agrees, counts } = await compareWithLedger(world.ledger.db, payments);
  return { verdicts: counts, journalAgreesWithLedger: agrees };
}

const loadAverage = (): number => loadavg()[0] ?? Number.NaN;
