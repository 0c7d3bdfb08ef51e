import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { HELP, readOptions, type SleepingOptions } from './sleeping/options.js';
import { measureRest, type Rest } from './sleeping/rest.js';
import { judge, measureAccount, type AccountResult } from './sleeping/result.js';
import { startUntilAsleep } from './sleeping/start-all.js';
import { startWorld, type World } from './sleeping/world.js';

/**
 * Many payouts that sleep until the same instant: what they cost a worker while they sleep, and how they are paid when they all wake
 * at once, under a limit of requests for each account.
 */
const RESULT = fileURLToPath(new URL('./results/sleeping.json', import.meta.url));
const LONGEST_MS = 60 * 60_000;

const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

async function run(options: SleepingOptions): Promise<void> {
  const world = await startWorld(options, say);
  try {
    const result = await measure(world, options);
    const text = `${JSON.stringify(result, null, 2)}\n`;
    await mkdir(fileURLToPath(new URL('./results', import.meta.url)), { recursive: true });
    await writeFile(RESULT, text);
    if (!options.isJson) say(`written to ${RESULT}`);
    process.stdout.write(text);
    if (!result.paidOnce || !result.limitKept) process.exitCode = 1;
  } finally {
    await world.stop();
  }
}

async function measure(world: World, options: SleepingOptions) {
  const loadBefore = loadavg()[0];
  const dueAtMs = Date.now() + options.dueInMs;
  const steps = [0.1, 0.5, 1].map((share) => Math.ceil(share * options.payouts));
  const rests: Rest[] = [await measureRest(world, 0)];
  const startedAtMs = Date.now();
  for (const [index, to] of steps.entries()) {
    await startUntilAsleep(world, { from: steps[index - 1] ?? 0, to, dueAtMs }, say);
    say(`${to} sleep; measuring`);
    rests.push(await measureRest(world, to));
    say(describeRest(rests.at(-1) as Rest));
  }
  say(`all sleep after ${Math.round((Date.now() - startedAtMs) / 1_000)} s; due in ${secondsTo(dueAtMs)} s`);
  await sleep(Math.max(0, dueAtMs - Date.now()));
  const mostRssMb = await untilAllEnded(world, options.payouts);
  const allEndedS = -secondsTo(dueAtMs);
  const accounts = {
    manifest: await measureAccount(world, 'manifest', options, dueAtMs),
    prolific: await measureAccount(world, 'prolific', options, dueAtMs),
    respondent: await measureAccount(world, 'respondent', options, dueAtMs),
  };
  const rows = Object.values(accounts);
  return {
    measuredAt: new Date().toISOString(),
    payouts: options.payouts,
    workers: options.workers,
    limitKept: rows.every(isKept),
    ...(await judge(world, options.payouts)),
    allEndedAfterS: allEndedS,
    asleep: rests,
    mostRssMbWhenWaking: mostRssMb,
    loadAverage: { before: loadBefore, after: loadavg()[0] },
    accounts,
  };
}

/** Returns the most memory that a worker had meanwhile, megabytes. */
async function untilAllEnded({ ledger, workers }: World, payouts: number): Promise<number> {
  let mostRssMb = 0;
  for (const endsAtMs = Date.now() + LONGEST_MS; ; await sleep(1_000)) {
    const { rows } = await sql<{ status: string; waitingFor: string; count: number }>`
      select status, waiting_for as "waitingFor", count(*)::int as count from payouts group by 1, 2 order by 1, 2`.execute(
      ledger.db,
    );
    const ended = rows.find(({ status, waitingFor }) => status === 'sent' && waitingFor === 'nothing')?.count ?? 0;
    const memory = workers.map((worker) => Math.round(worker.use().rssMb));
    mostRssMb = Math.max(mostRssMb, ...memory);
    if (Math.floor(Date.now() / 1_000) % 10 === 0)
      say(`${rows.map((row) => `${row.count} ${row.status}/${row.waitingFor}`).join(', ')}; ${memory.join('+')} MB`);
    if (ended === payouts) return mostRssMb;
    if (Date.now() > endsAtMs) throw new Error(`only ${ended} of ${payouts} have ended within an hour`);
  }
}

const describeRest = (rest: Rest): string =>
  `${rest.asleep} sleep: ${rest.rssMb.map(Math.round).join('+')} MB, ${rest.cpuMsPerSecond.toFixed(0)} ms of processor, ` +
  `${rest.transactionsPerSecond.toFixed(1)} transactions and ${rest.requestsPerSecond.toFixed(1)} requests a second`;

const isKept = ({ requestsPerSecondAllowed: allowed, mostRequestsInASecond: most }: AccountResult): boolean =>
  allowed === 0 || most <= allowed;

const secondsTo = (atMs: number): number => Math.round((atMs - Date.now()) / 1_000);

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
else process.stdout.write(HELP);
