import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultSpecError, type FaultInput } from '../../src/sandbox/fault-spec.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { purse, TOKEN } from './purse.js';
import { sendRaw } from './raw-client.js';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ providers: [purse()], seed: 7 });
});
afterEach(() => sandbox.stop());

const pay = (waitMs = 2000) =>
  sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST', headers: TOKEN, body: 'ann', waitMs });
const paidTimes = () => sandbox.journal().length;
const add = (fault: Omit<FaultInput, 'provider' | 'route'>) =>
  sandbox.faults.add({ provider: 'purse', route: 'POST /pay', ...fault });

describe('each fault, seen from a plain socket', () => {
  it.each([
    { fault: { kind: 'no_connection' }, end: 'broken', status: undefined, paid: 0 },
    { fault: { kind: 'reply_lost' }, end: 'broken', status: undefined, paid: 1 },
    { fault: { kind: 'error_before' }, end: 'whole', status: 500, paid: 0 },
    { fault: { kind: 'error_before', status: 502 }, end: 'whole', status: 502, paid: 0 },
    { fault: { kind: 'error_after' }, end: 'whole', status: 500, paid: 1 },
    { fault: { kind: 'error_after', status: 503 }, end: 'whole', status: 503, paid: 1 },
    { fault: { kind: 'rate_limited' }, end: 'whole', status: 429, paid: 0 },
    { fault: { kind: 'rate_limited', afterEffect: true }, end: 'whole', status: 429, paid: 1 },
    { fault: { kind: 'never_answers' }, end: 'silent', status: undefined, paid: 0 },
    { fault: { kind: 'never_answers', afterEffect: true }, end: 'silent', status: undefined, paid: 1 },
    { fault: { kind: 'garbage_body' }, end: 'whole', status: 201, paid: 1 },
    { fault: { kind: 'status', status: 409 }, end: 'whole', status: 409, paid: 0 },
    { fault: { kind: 'status', status: 422, afterEffect: true }, end: 'whole', status: 422, paid: 1 },
  ] as const)('$fault', async ({ fault, end, status, paid }) => {
    add(fault);
    const reply = await pay(fault.kind === 'never_answers' ? 300 : 2000);
    expect({ end: reply.end, status: reply.status, paid: paidTimes() }).toEqual({ end, status, paid });
    expect(sandbox.requests()).toMatchObject([{ route: 'POST /pay', fault: fault.kind }]);
    expect(sandbox.requests()[0]?.status).toBe(status);

    expect(await pay()).toMatchObject({ end: 'whole', status: 201 });
    expect(paidTimes()).toBe(paid + 1);
  });

  it('garbage_body cannot be parsed', async () => {
    add({ kind: 'garbage_body' });
    const { body } = await pay();
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  });

  it('slow: the request arrives late, and pays although its client has given up', async () => {
    add({ kind: 'slow', delayMs: 1000 });
    expect(await pay(50)).toMatchObject({ end: 'silent' });
    expect(paidTimes()).toBe(0);
    await expect.poll(paidTimes, { timeout: 5000 }).toBe(1);
  });

  it('slow after the effect: the reply drips, so that no pause between two bytes is long', async () => {
    add({ kind: 'slow', delayMs: 1600, afterEffect: true });
    const reply = await pay(1000);
    expect(reply).toMatchObject({ end: 'whole', status: 201 });
    expect(reply.tookMs).toBeGreaterThanOrEqual(1500);
    expect(paidTimes()).toBe(1);
  });

  it('a delayed request takes no effect once the sandbox is stopped', async () => {
    add({ kind: 'slow', delayMs: 1000 });
    const reply = pay(5000);
    await expect.poll(() => sandbox.requests().length).toBe(1);
    await sandbox.stop();
    expect(await reply).toMatchObject({ end: 'broken' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(paidTimes()).toBe(0);
  });

  it('stop ends a hanging request at once', async () => {
    add({ kind: 'never_answers' });
    const reply = pay(5000);
    await expect.poll(() => sandbox.requests().length).toBe(1);
    const begunAt = Date.now();
    await sandbox.stop();
    expect((await reply).end).toBe('broken');
    expect(Date.now() - begunAt).toBeLessThan(1000);
  });

  it('makes no effect for credentials that are refused', async () => {
    add({ kind: 'error_after' });
    await sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST' });
    expect(paidTimes()).toBe(0);
  });
});

describe('which requests a fault hits', () => {
  const statuses = async (count: number) => {
    const seen: (number | undefined)[] = [];
    for (let sent = 0; sent < count; sent += 1) seen.push((await pay()).status);
    return seen;
  };

  it('the next N', async () => {
    add({ kind: 'error_before', times: 2 });
    expect(await statuses(3)).toEqual([500, 500, 201]);
  });
  it('the k-th', async () => {
    add({ kind: 'status', status: 401, skip: 1 });
    expect(await statuses(3)).toEqual([201, 401, 201]);
  });
  it('every one', async () => {
    add({ kind: 'rate_limited', times: 'always' });
    expect(await statuses(3)).toEqual([429, 429, 429]);
  });
  it('one after the other, in the order in which they were added', async () => {
    add({ kind: 'error_before' });
    add({ kind: 'rate_limited' });
    expect(await statuses(3)).toEqual([500, 429, 201]);
  });
  it('the k-th, even when another fault hit one before', async () => {
    add({ kind: 'error_before' });
    add({ kind: 'status', status: 401, skip: 1 });
    expect(await statuses(3)).toEqual([500, 401, 201]);
  });
  it('all routes of a provider with *', async () => {
    sandbox.faults.add({ provider: 'purse', kind: 'error_before', times: 2 });
    expect((await sendRaw(`${sandbox.baseUrl('purse')}/paid/ann`, { headers: TOKEN })).status).toBe(500);
    expect(await statuses(2)).toEqual([500, 201]);
  });
  it('no other route', async () => {
    add({ kind: 'error_before' });
    expect((await sendRaw(`${sandbox.baseUrl('purse')}/paid/ann`, { headers: TOKEN })).status).toBe(200);
  });
  it('none once cleared', async () => {
    add({ kind: 'error_before', times: 'always' });
    sandbox.faults.clear();
    expect(await statuses(1)).toEqual([201]);
  });
  it('lists what may still hit', async () => {
    add({ kind: 'error_before', times: 2 });
    add({ kind: 'rate_limited' });
    await statuses(3);
    expect(sandbox.faults.list()).toEqual([]);
    add({ kind: 'error_before', times: 2 });
    await statuses(1);
    expect(sandbox.faults.list()).toMatchObject([{ kind: 'error_before', hits: 1 }]);
  });
});

describe('faults by probability', () => {
  const drawn = async (seed: number, noise: boolean) => {
    const other = await startSandbox({ providers: [purse(), purse('other')], seed });
    other.faults.add({ provider: 'purse', kind: 'error_before', probability: 0.4 });
    other.faults.add({ provider: 'other', kind: 'error_before', probability: 0.4 });
    const hits = Array.from({ length: 60 }, () => {
      if (noise) other.faults.draw('other', 'POST /pay');
      return other.faults.draw('purse', 'POST /pay') !== undefined;
    });
    await other.stop();
    return hits;
  };

  it('are the same for the same seed, whatever happens on other routes', async () => {
    expect(await drawn(42, true)).toEqual(await drawn(42, false));
  });
  it('are others for another seed', async () => {
    expect(await drawn(43, false)).not.toEqual(await drawn(42, false));
  });
  it('hit about as often as they say', async () => {
    const hits = (await drawn(42, false)).filter(Boolean).length;
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(40);
  });
  it('stop after `times`', () => {
    add({ kind: 'error_before', probability: 1, times: 2 });
    const hits = Array.from({ length: 5 }, () => sandbox.faults.draw('purse', 'POST /pay') !== undefined);
    expect(hits).toEqual([true, true, false, false, false]);
  });
});

describe('a fault that cannot be meant is refused', () => {
  it.each([
    [{ provider: 'purse', kind: 'explodes' }, /^kind: /],
    [{ kind: 'reply_lost' }, /^provider: /],
    [{ provider: 'nobody', kind: 'reply_lost' }, /^provider: "nobody" is unknown; use one of purse/],
    [
      { provider: 'purse', route: 'POST /pya', kind: 'reply_lost' },
      /^route: "POST \/pya" is unknown to purse; use \* or/,
    ],
    [{ provider: 'purse', kind: 'reply_lost', tiems: 2 }, /^tiems: unknown/],
    [{ provider: 'purse', kind: 'reply_lost', times: 0 }, /^times: /],
    [{ provider: 'purse', kind: 'reply_lost', times: 'ever' }, /^times: /],
    [{ provider: 'purse', kind: 'reply_lost', skip: -1 }, /^skip: /],
    [{ provider: 'purse', kind: 'reply_lost', probability: 1.1 }, /^probability: /],
    [{ provider: 'purse', kind: 'reply_lost', afterEffect: true }, /^afterEffect: /],
    [{ provider: 'purse', kind: 'slow' }, /^delayMs: kind "slow" needs it/],
    [{ provider: 'purse', kind: 'reply_lost', delayMs: 10 }, /^delayMs: /],
    [{ provider: 'purse', kind: 'status' }, /^status: kind "status" needs it/],
    [{ provider: 'purse', kind: 'error_before', status: 404 }, /^status: .* use kind "status" for 404/],
    [{ provider: 'purse', kind: 'rate_limited', status: 430 }, /^status: /],
    ['reply_lost', /^fault: /],
  ] as const)('%j', (fault, message) => {
    const adding = () => sandbox.faults.add(fault as FaultInput);
    expect(adding).toThrow(FaultSpecError);
    expect(adding).toThrow(message);
  });
});
