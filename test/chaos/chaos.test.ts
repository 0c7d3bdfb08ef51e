import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startChaos, type ChaosProcess } from './chaos-process.js';
import { KILL_KINDS } from './plan-kills.js';

const isLinux = process.platform === 'linux';
const SHORT = ['--payouts', '60', '--minutes', '0.35', '--kill-every', '2', '--seed', '11'];

const GONE_WITHIN_MS = 3_000;

/** At least a guard, the two servers with Postgres' processes, and the workers. Soon: orphans may die of other reasons, later. */
async function expectNothingLeft({ descendants }: ChaosProcess): Promise<void> {
  if (!isLinux) return;
  expect(descendants().seen).toBeGreaterThan(6);
  for (const until = Date.now() + GONE_WITHIN_MS; Date.now() < until && descendants().alive.length > 0;)
    await sleep(50);
  expect(descendants().alive).toEqual([]);
}

describe('a short run of chaos', () => {
  it('pays nothing twice, loses nothing and ends nothing falsely while everything is killed and providers fail', async () => {
    const chaos = startChaos(...SHORT);
    const code = await chaos.ended;
    const report = chaos.report();
    const { paidTwice, lost, falseEndings } = report.atRest;
    expect({ paidTwice, lost, falseEndings }, chaos.told()).toEqual({ paidTwice: [], lost: [], falseEndings: [] });
    expect(report.afterPeople).toMatchObject({
      paidTwice: [],
      lost: [],
      falseEndings: [],
      inDoubt: 0,
      behindADoubt: 0,
    });
    expect(report.verdict).toBe('held');
    expect(code).toBe(0);
    await expectNothingLeft(chaos);

    // It shows something only if all of this really happened.
    expect(report.payouts).toEqual({ planned: 60, acknowledged: 60, claimed: 60 });
    expect(KILL_KINDS.filter((kind) => report.kills[kind] === 0)).toEqual([]);
    expect(Object.values(report.faults).reduce((sum, hits) => sum + hits, 0)).toBeGreaterThan(10);
    expect(Object.keys(report.atRest.statuses)).toEqual(expect.arrayContaining(['manifest', 'prolific', 'respondent']));
    expect(report.workers.endedByThemselves, chaos.told()).toBe(0);
    expect(report.exchanges.total).toBeGreaterThan(40);
    expect(report.afterPeople?.oracle).toMatchObject({ agrees: 60 });
  }, 240_000);
});

describe('a run of chaos that is cut short', () => {
  it('prints the report so far on Ctrl-C, and leaves no process behind', async () => {
    const chaos = startChaos('--payouts', '30', '--minutes', '5', '--kill-every', '1', '--workers', '2');
    await chaos.untilTold(/ [3-9] kills: \d+ payouts/);
    chaos.signal('SIGINT');
    expect(await chaos.ended).toBe(130);
    const { verdict, atRest, payouts } = chaos.report();
    expect({ verdict, ...atRest }).toMatchObject({ verdict: 'interrupted', paidTwice: [], lost: [], falseEndings: [] });
    expect(payouts.planned).toBe(30);
    await expectNothingLeft(chaos);
  }, 90_000);

  it.runIf(isLinux)(
    'leaves no process behind when it is itself killed',
    async () => {
      const chaos = startChaos('--payouts', '30', '--minutes', '5', '--workers', '2');
      await chaos.untilTold(/payouts, \d+ under way/);
      chaos.signal('SIGKILL');
      await chaos.ended;
      await expectNothingLeft(chaos);
    },
    90_000,
  );
});
