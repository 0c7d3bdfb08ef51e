import { describe, expect, it } from 'vitest';
import { parseRequest } from '../../src/providers/parse-request.js';
import { KILL_KINDS, planKills } from './plan-kills.js';
import { planTraffic } from './plan-traffic.js';

const MINUTE_MS = 60_000;

describe('the plan of a run of chaos', () => {
  it('is repeated by its seed, and is another one for another seed', () => {
    expect(planTraffic(300, 7, MINUTE_MS)).toEqual(planTraffic(300, 7, MINUTE_MS));
    expect(planTraffic(300, 7, MINUTE_MS)).not.toEqual(planTraffic(300, 8, MINUTE_MS));
    expect(planKills(7, 5_000, MINUTE_MS)).toEqual(planKills(7, 5_000, MINUTE_MS));
    expect(planKills(7, 5_000, MINUTE_MS)).not.toEqual(planKills(8, 5_000, MINUTE_MS));
  });

  it('kills something every few seconds, and everything there is in each round', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const plan = planKills(seed, 5_000, MINUTE_MS);
      expect(plan.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 11 }, (_, index) => 5_000 * (index + 1)));
      expect(new Set(plan.slice(0, 9).map(({ kind }) => kind))).toEqual(new Set(KILL_KINDS));
    }
  });

  it('asks only for what can be asked, each reference for one payment', () => {
    const plan = planTraffic(1_000, 7, MINUTE_MS);
    for (const { request } of plan) expect(() => parseRequest(request)).not.toThrow();
    expect(new Set(plan.map(({ request }) => request.reference)).size).toBe(1_000);
  });

  it('has every provider, several payments to one person, dates, cancels, second starts and other content in it', () => {
    const plan = planTraffic(1_000, 7, MINUTE_MS);
    const providers = plan.map(({ request }) => request.provider);
    for (const name of ['manifest', 'prolific', 'respondent'])
      expect(providers.filter((provider) => provider === name).length).toBeGreaterThan(200);
    const submissions = plan.flatMap(({ request }) =>
      request.provider === 'prolific' ? [request['submissionId']] : [],
    );
    expect(new Set(submissions).size).toBeLessThan(submissions.length - 50);
    expect(plan.filter(({ scheduledInMs }) => scheduledInMs !== undefined).length).toBeGreaterThan(50);
    expect(plan.filter(({ message }) => message?.kind === 'cancel').length).toBeGreaterThan(30);
    expect(plan.filter(({ message }) => message?.kind === 'reschedule').length).toBeGreaterThan(20);
    expect(plan.filter(({ isTwice }) => isTwice).length).toBeGreaterThan(50);
    expect(plan.filter(({ conflicting }) => conflicting).length).toBeGreaterThan(20);
  });
});
