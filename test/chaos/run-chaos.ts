import { setMaxListeners } from 'node:events';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import { addFaults } from './add-faults.js';
import { countFaults } from './count-faults.js';
import { startHavoc } from './havoc.js';
import { judge } from './judge.js';
import { durationMs, mayTakeMs, type ChaosOptions, type Log } from './options.js';
import { planKills } from './plan-kills.js';
import { planTraffic } from './plan-traffic.js';
import { tellProgress } from './progress.js';
import { readBreaks, readOverruled, readState } from './read-state.js';
import { measure, toSeconds, toStand, toVerdict, type ChaosReport, type Stand } from './report.js';
import { resolveDoubts } from './resolve-doubts.js';
import { settle } from './settle.js';
import { startTraffic, type Traffic } from './traffic.js';
import { isBuilt } from './worker-process.js';
import { startWorld, type World } from './world.js';

/** Callers must not start the last payouts into a plan that is over. */
const TRAFFIC_SHARE = 0.9;

/** Starts everything, kills for a while, lets it come to rest, and judges. Whatever happens, nothing of it is left running. */
export async function runChaos(options: ChaosOptions, log: Log, asked: AbortSignal): Promise<ChaosReport> {
  const startedAt = Date.now();
  log('chaos: starting a Temporal server, Postgres, simulated providers and workers');
  if (!isBuilt()) log('chaos: the build is older than the sources: workers run from the sources, and start slowly');
  const world = await startWorld(options, log);
  const ending = new AbortController();
  const signal = AbortSignal.any([asked, ending.signal]);
  // Every payout of the plan waits for it.
  setMaxListeners(0, asked, ending.signal, signal);
  const running: Promise<unknown>[] = [];
  try {
    await Promise.race([world.workers.untilServing(), aborted(asked)]);
    const chaosAt = Date.now();
    const overMs = durationMs(options);
    addFaults(world.sandbox);
    const traffic = startTraffic(
      world.payouts,
      planTraffic(options.payouts, options.seed, overMs * TRAFFIC_SHARE),
      signal,
    );
    const havoc = startHavoc(world, planKills(options.seed, options.killEveryMs, overMs), log, signal);
    running.push(traffic.ended, havoc.ended);
    for (const one of running) one.catch(() => ending.abort());
    running.push(tellProgress(world, havoc, startedAt, log, ending.signal));
    await Promise.all([havoc.ended, traffic.ended]);

    // From here on nothing goes wrong any more, and whatever did has its time to come right.
    const faults = countFaults(world.sandbox);
    world.sandbox.faults.clear();
    const settlingAt = Date.now();
    if (!asked.aborted) log('chaos: the faults and kills are over; waiting until everything has come to rest');
    const withinMs = mayTakeMs(options, settlingAt - chaosAt);
    const rest = { withinMs, expected: traffic.acknowledged, tell: log, signal: asked };
    const atRest = await standOf(world, traffic, await settle(world, rest), asked);
    const resolvingAt = Date.now();
    const people = options.resolve && !asked.aborted ? await resolveDoubts(world, options.seed, rest) : undefined;
    const afterPeople = people && {
      ...(await standOf(world, traffic, people.hasSettled, asked)),
      resolved: people.resolved,
    };
    ending.abort();
    const endedAt = Date.now();
    const states = await readState(world.ledger.db);
    return {
      verdict: toVerdict(afterPeople ? [atRest, afterPeople] : [atRest], asked.aborted),
      options,
      payouts: { planned: options.payouts, acknowledged: traffic.acknowledged.size, claimed: states.length },
      traffic: traffic.counts,
      faults,
      kills: havoc.counts,
      workers: world.workers.counts,
      atRest,
      ...(afterPeople ? { afterPeople } : {}),
      ...measure(states),
      breaks: await readBreaks(world.ledger.db),
      seconds: {
        starting: toSeconds(chaosAt - startedAt),
        chaos: toSeconds(settlingAt - chaosAt),
        settling: toSeconds(resolvingAt - settlingAt),
        resolving: toSeconds(endedAt - resolvingAt),
        total: toSeconds(endedAt - startedAt),
      },
    };
  } finally {
    ending.abort();
    await Promise.allSettled(running);
    await world.stop();
  }
}

async function standOf(world: World, traffic: Traffic, hasSettled: boolean, asked: AbortSignal): Promise<Stand> {
  const { db } = world.ledger;
  const states = await readState(db);
  const oracle = await compareWithLedger(db, world.sandbox.journal());
  const overruled = await readOverruled(db);
  // A run that was stopped by hand has lost nothing; one that did not come to rest in its time has.
  const findings = judge({ states, oracle, overruled, hasHadItsTime: !asked.aborted, ...traffic });
  return toStand(states, oracle, findings, hasSettled);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
