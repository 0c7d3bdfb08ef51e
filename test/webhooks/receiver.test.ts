import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readReceiving } from '../../src/webhooks/accounts.js';
import type { About } from '../../src/providers/webhook.js';
import { until } from '../support/until.js';
import { basic, deliver, fromManifest, fromRespondent, manifestBody, SECRETS, sign } from './deliveries.js';
import { startReceiver } from './start-receiver.js';

const tagged = (reference: string) => ({ userData: { payout_reference: reference } });
const HOUR_MS = 3_600_000;

describe('a genuine delivery', () => {
  it('of a provider with a watcher wakes the watcher alone, tells it who has changed, and is answered 200', async () => {
    const { url, nudged, hinted, health } = await startReceiver();
    const news = { ...tagged('study-42/p-007'), id: 'pay_1' };
    expect(await deliver(url, fromManifest(news))).toMatchObject({ status: 200 });
    await until(health, ({ wakes }) => wakes['watcher'] === 1);
    expect(nudged).toEqual(['watch manifest/default']);
    expect(hinted).toEqual([{ reference: 'study-42/p-007', providerReference: 'pay_1' }]);
    expect(await health()).toMatchObject({ deliveries: { accepted: 1 }, wakes: { payout: 0, watcher: 1 } });
  });

  it('of a provider without one wakes the payout that it names', async () => {
    const find = () => Promise.resolve(['study-44/p-002']);
    const { url, nudged, health } = await startReceiver({ find });
    expect(await deliver(url, fromRespondent({ id: 'response-1' }))).toMatchObject({ status: 200 });
    await until(health, ({ wakes }) => wakes['payout'] === 1);
    expect(nudged).toEqual(['study-44/p-002']);
    expect(await health()).toMatchObject({ deliveries: { accepted: 1 }, wakes: { payout: 1, watcher: 0 } });
  });

  it('of a named account is taken at its own path, with its own secret alone', async () => {
    const { url, nudged, hinted } = await startReceiver();
    const path = '/webhooks/manifest/us';
    const us = fromManifest(tagged('us/1'), {
      MANIFEST_WEBHOOK_USER: SECRETS.MANIFEST_WEBHOOK_USER__US,
      MANIFEST_WEBHOOK_PASSWORD: SECRETS.MANIFEST_WEBHOOK_PASSWORD__US,
    });
    expect((await deliver(url, us)).status).toBe(401);
    expect((await deliver(url, { ...fromManifest(tagged('us/1')), path })).status).toBe(401);
    expect((await deliver(url, { ...us, path })).status).toBe(200);
    expect((await deliver(url, { ...fromManifest(tagged('p/1')), path: '/webhooks/manifest/default/' })).status).toBe(
      200,
    );
    await until(
      () => hinted.length,
      (count) => count === 2,
    );
    expect(nudged.toSorted()).toEqual(['watch manifest/default', 'watch manifest/us']);
    expect(new Set(hinted.map(({ reference }) => reference))).toEqual(new Set(['p/1', 'us/1']));
  });

  it('that names only the id of its provider wakes the payouts that the ledger finds, or the watcher', async () => {
    const asked: About[] = [];
    const find = (_account: unknown, about: About) =>
      Promise.resolve(asked.push(about) === 1 ? ['found/1', 'found/2'] : []);
    const { url, nudged, hinted, health } = await startReceiver({ find });
    await deliver(url, fromRespondent({ id: 'response-1' }));
    await deliver(url, fromManifest({ id: 'pay_1' }));
    await until(
      () => asked.length + nudged.length,
      (count) => count === 5,
    );
    expect(asked).toEqual([{ request: { screenerResponseId: 'response-1' } }, { providerReference: 'pay_1' }]);
    expect(nudged.toSorted()).toEqual(['found/1', 'found/2', 'watch manifest/default']);
    expect(hinted).toEqual([{ providerReference: 'pay_1' }]);
    expect(await health()).toMatchObject({ wakes: { payout: 2, unknownPayout: 1 } });
  });

  it('about nobody whom we know is answered 200 all the same, and counted', async () => {
    const { url, nudged, hinted, health } = await startReceiver({ find: () => Promise.resolve([]) });
    expect((await deliver(url, fromManifest({ ...tagged('nobody/1'), id: 'pay_1' }))).status).toBe(200);
    const spaced = fromManifest({ ...tagged('no reference of ours: it has spaces'), id: 'pay_2' });
    expect((await deliver(url, spaced)).status).toBe(200);
    expect((await deliver(url, fromRespondent())).status).toBe(200);
    expect((await deliver(url, fromManifest({ event: 'buyer.update' }))).status).toBe(200);
    expect((await deliver(url, fromRespondent({ event: 'MESSAGES.CREATED' }))).status).toBe(200);
    await until(health, ({ wakes }) => wakes['unknownPayout'] === 3);
    // What is not known by its id may be known by our tag, once the lists are read: the watcher is woken all the same.
    expect(new Set(nudged)).toEqual(new Set(['watch manifest/default']));
    expect(hinted).toEqual([{ reference: 'nobody/1', providerReference: 'pay_1' }, { providerReference: 'pay_2' }]);
    expect(await health()).toMatchObject({ deliveries: { accepted: 3, other: 2 }, wakes: { payout: 0 } });
  });

  it('is not counted as about nobody where there is no ledger to ask', async () => {
    const { url, health } = await startReceiver({ find: () => undefined });
    await deliver(url, fromManifest(tagged('somebody/1')));
    expect(await until(health, ({ wakes }) => wakes['watcher'] === 1)).toMatchObject({ wakes: { unknownPayout: 0 } });
  });

  it('that cannot be read is answered 200, since it would be no better the next time, and wakes a watcher, if any', async () => {
    const { url, nudged, hinted, health } = await startReceiver();
    for (const body of ['', '{', 'null', '[1]', '{"event":7}', '\u0000']) {
      expect((await deliver(url, { ...fromManifest(), body })).status).toBe(200);
      const headers = { 'respondent-webhook-signature': sign(body) };
      expect((await deliver(url, { path: '/webhooks/respondent', headers, body })).status).toBe(200);
    }
    await until(
      () => nudged.length,
      (count) => count === 2,
    );
    expect([new Set(nudged), hinted]).toEqual([new Set(['watch manifest/default']), []]);
    expect((await health()).deliveries).toMatchObject({ unreadable: 12, duplicate: 0 });
  });
});

describe('a delivery that nobody vouches for', () => {
  it('is refused with 401, counted, wakes nobody, and leaves neither secret nor body in the log', async () => {
    const { url, nudged, hinted, log, health } = await startReceiver();
    const forged = fromManifest(tagged('forged/1'), {
      MANIFEST_WEBHOOK_USER: 'hook',
      MANIFEST_WEBHOOK_PASSWORD: 'guess',
    });
    const refused = await deliver(url, forged);
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="payouts"' } });
    expect((await deliver(url, { ...forged, headers: {} })).status).toBe(401);
    expect((await deliver(url, fromRespondent({}, 'guess'))).status).toBe(401);
    const changed = fromRespondent({ id: 'mine' });
    expect((await deliver(url, { ...changed, body: changed.body.replace('mine', 'your') })).status).toBe(401);
    await deliver(url, fromManifest({ ...tagged('genuine/1'), id: 'pay_1' }));
    await until(
      () => hinted.length,
      (count) => count === 1,
    );
    expect([nudged, hinted]).toEqual([
      ['watch manifest/default'],
      [{ reference: 'genuine/1', providerReference: 'pay_1' }],
    ]);
    expect((await health()).deliveries).toMatchObject({ unauthorized: 4, accepted: 1 });
    const told = log.join('\n');
    expect(told).toContain('check the webhook secret');
    for (const secret of [...Object.values(SECRETS), 'guess', 'forged/1', 'event', basic('hook', 'guess').slice(6)])
      if (secret !== 'hook') expect(told).not.toContain(secret);
  });

  it('fills the log with one line a second at most', async () => {
    const { url, log } = await startReceiver();
    const startedAt = performance.now();
    for (let round = 0; round < 50; round += 1) await deliver(url, fromRespondent({}, 'guess'));
    expect(log.length).toBeLessThanOrEqual(1 + (performance.now() - startedAt) / 1_000);
  });

  it('at a path or an account that is none of ours is answered 404, Prolific too, which has no such event', async () => {
    const { url, health } = await startReceiver();
    for (const path of ['/webhooks/prolific', '/webhooks/manifest/eu', '/webhooks', '/webhooks/respondent/us', '/'])
      expect((await deliver(url, { ...fromManifest(), path })).status).toBe(404);
    expect((await fetch(`${url}/webhooks/manifest`)).status).toBe(404);
    expect((await health()).deliveries).toMatchObject({ unknownPath: 6, accepted: 0 });
  });
});

describe('the size of a delivery', () => {
  it('is limited: 64 KiB are taken, and what is larger is answered 413, with a length or without, and not read', async () => {
    const { url, nudged, health } = await startReceiver();
    const filler = (bytes: number) => 'x'.repeat(bytes - Buffer.byteLength(manifestBody(tagged('big/1'))));
    const bodyOf = (bytes: number) =>
      manifestBody({ userData: { payout_reference: 'big/1', filler: filler(bytes - ',"filler":""'.length) } });
    expect(bodyOf(65_536)).toHaveLength(65_536);
    expect((await deliver(url, { ...fromManifest(), body: bodyOf(65_537) })).status).toBe(413);
    const chunked = { ...fromManifest(), headers: { ...fromManifest().headers, 'transfer-encoding': 'chunked' } };
    expect((await deliver(url, { ...chunked, body: bodyOf(65_537) })).status).toBe(413);
    expect(nudged).toEqual([]);
    expect((await deliver(url, { ...fromManifest(), body: bodyOf(65_536) })).status).toBe(200);
    await until(
      () => nudged.length,
      (count) => count === 1,
    );
    expect((await health()).deliveries).toMatchObject({ tooLarge: 2, accepted: 1 });
  });
});

describe('a delivery that comes again', () => {
  it('wakes nobody a second time: by its id, or by its bytes where it has none', async () => {
    const { url, nudged, health } = await startReceiver({ find: () => Promise.resolve(['study-44/p-002']) });
    const first = fromRespondent({ uuid: 'u-1', id: 'a' });
    for (const sent of [first, first, fromRespondent({ uuid: 'u-1', id: 'b' })]) await deliver(url, sent);
    expect(await health()).toMatchObject({ deliveries: { accepted: 1, duplicate: 2 } });
    await deliver(url, fromRespondent({ uuid: 'u-2', id: 'a' }));
    expect(await health()).toMatchObject({ deliveries: { accepted: 2, duplicate: 2 } });
    await until(
      () => nudged.length,
      (count) => count === 2,
    );
  });

  it('of Manifest may be four real changes, since it stamps seconds and has no id: the fifth is a repeat', async () => {
    const { url, health } = await startReceiver();
    const sent = fromManifest({ ...tagged('fast/1'), id: 'pay_1', timestamp: 1_644_893_096 });
    for (let round = 0; round < 20; round += 1) await deliver(url, sent);
    expect((await health()).deliveries).toMatchObject({ accepted: 4, duplicate: 16 });
  });

  it('of one account says nothing of another that uses the same id', async () => {
    const env = { RESPONDENT_WEBHOOK_SECRET: 'a', RESPONDENT_WEBHOOK_SECRET__US: 'b' };
    const { url, health } = await startReceiver({ receiving: readReceiving(env) });
    await deliver(url, fromRespondent({ uuid: 'same' }, 'a'));
    await deliver(url, { ...fromRespondent({ uuid: 'same' }, 'b'), path: '/webhooks/respondent/us' });
    expect((await health()).deliveries).toMatchObject({ accepted: 2, duplicate: 0 });
  });

  it('later than its provider would try is stale, as is one from the future: answered 200, and wakes nobody', async () => {
    const { url, nudged, health } = await startReceiver();
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    for (const created of [at(-3 * HOUR_MS), at(HOUR_MS), Date.now() - 3 * HOUR_MS, '2020-01-01T00:00:00Z'])
      expect((await deliver(url, fromRespondent({ created }))).status).toBe(200);
    expect(nudged).toEqual([]);
    for (const created of [at(-HOUR_MS), at(60_000), 'not an instant', null])
      expect((await deliver(url, fromRespondent({ created }))).status).toBe(200);
    expect((await health()).deliveries).toMatchObject({ stale: 4, accepted: 4 });
  });

  it('after the window was moved on is news again, and what was remembered is forgotten', async () => {
    let ahead = 0;
    const { url, health } = await startReceiver({ nowMs: () => Date.now() + ahead });
    const sent = { ...fromManifest(), body: '{' };
    await deliver(url, sent);
    ahead = 3 * HOUR_MS;
    await deliver(url, sent);
    expect(await health()).toMatchObject({ deliveries: { unreadable: 2 }, remembered: 1 });
  });
});

describe('while Temporal does not answer', () => {
  const never = () => new Promise<never>(() => undefined);

  it('each of 1,000 deliveries is answered within 3 s, and no more is kept than the limits say', async () => {
    const { url, nudged, health } = await startReceiver({
      answer: never,
      find: (_account, { request }) => Promise.resolve([String(request?.['screenerResponseId'])]),
      queueLimit: 100,
      seenLimit: 200,
      wakeWithinMs: 600_000,
    });
    const agent = new Agent({ keepAlive: true });
    let slowest = 0;
    for (let round = 0; round < 20; round += 1) {
      const sent = Array.from({ length: 50 }, (_none, index) =>
        deliver(url, fromRespondent({ id: `p-${round}-${index}` }), agent),
      );
      for (const { status, durationMs } of await Promise.all(sent)) {
        expect(status).toBe(200);
        slowest = Math.max(slowest, durationMs);
      }
    }
    expect(slowest).toBeLessThan(3_000);
    agent.destroy();
    const { deliveries, wakes, queue, remembered } = await health();
    expect(deliveries).toMatchObject({ accepted: 1_000 });
    expect(queue).toEqual({ waiting: expect.any(Number), underWay: 16, limit: 100 });
    expect(queue.waiting).toBeLessThanOrEqual(100);
    expect(remembered).toBe(200);
    expect(nudged).toHaveLength(16);
    expect(Number(wakes['dropped'])).toBeGreaterThanOrEqual(1_000 - 16 - 100);
  });

  it('the same wake waits once, however often it is asked for, and the watcher is never left out', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<'heard'>((resolve) => (release = () => resolve('heard')));
    const find = (_account: unknown, { request }: About) => Promise.resolve([String(request?.['screenerResponseId'])]);
    const { url, nudged, health } = await startReceiver({ answer: () => held, find, queueLimit: 3 });
    // As many as may be under way.
    for (let round = 0; round < 16; round += 1) await deliver(url, fromRespondent({ id: `first-${round}` }));
    for (let round = 0; round < 6; round += 1) await deliver(url, fromRespondent({ id: 'again' }));
    for (let round = 0; round < 6; round += 1) await deliver(url, fromRespondent({ id: `many-${round}` }));
    await deliver(url, fromManifest(tagged('p/1')));
    const { wakes } = await health();
    expect(Number(wakes['merged'])).toBeGreaterThanOrEqual(5);
    expect(Number(wakes['dropped'])).toBeGreaterThanOrEqual(4);
    release();
    await until(() => nudged.includes('watch manifest/default'), Boolean);
    expect(nudged.filter((one) => one === 'again')).toHaveLength(1);
    expect(nudged.filter((one) => one.startsWith('many-')).length).toBeLessThanOrEqual(2);
  });

  it('a refusal of Temporal is counted, told, and costs nobody a wake: the next one brings what was to be told', async () => {
    let calls = 0;
    const answer = () =>
      (calls += 1) === 1 ? Promise.reject(new Error('UNAVAILABLE')) : Promise.resolve('heard' as const);
    const { url, hinted, log, health } = await startReceiver({ answer });
    for (const reference of ['a/1', 'a/2', 'a/3'])
      await deliver(url, fromManifest({ ...tagged(reference), id: reference }));
    await until(
      () => hinted.length,
      (count) => count === 3,
    );
    expect(new Set(hinted.map(({ reference }) => reference))).toEqual(new Set(['a/1', 'a/2', 'a/3']));
    expect((await health()).wakes).toMatchObject({ lost: 1, watcher: 1 });
    expect(log.join()).toContain('UNAVAILABLE');
  });
});

describe('the watcher', () => {
  it('is woken at once by the first of many deliveries, and once more after the last', async () => {
    const { url, nudged, hinted } = await startReceiver();
    for (let round = 0; round < 30; round += 1) await deliver(url, fromManifest(tagged(`p/${round}`)));
    expect(nudged).toHaveLength(1);
    await until(
      () => nudged.length,
      (count) => count === 2,
    );
    // Of all of them it is told, of each once.
    await until(
      () => hinted.length,
      (count) => count === 30,
    );
    expect(new Set(hinted.map(({ reference }) => reference)).size).toBe(30);
  });
});

describe('health and readiness', () => {
  it('are two things: without Temporal or ledger it lives, and is not ready', async () => {
    const no = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:7233'));
    const yes = () => Promise.resolve();
    const read = async (checks: Parameters<typeof startReceiver>[0]) => {
      const { url } = await startReceiver(checks);
      const reply = await fetch(`${url}/ready`);
      return {
        status: reply.status,
        ...((await reply.json()) as object),
        health: (await fetch(`${url}/health`)).status,
      };
    };
    const lives = { health: 200 };
    expect(await read({ checks: { temporal: yes } })).toEqual({
      ...lives,
      status: 200,
      ready: true,
      temporal: 'ok',
      ledger: 'not configured',
    });
    expect(await read({ checks: { temporal: yes, ledger: yes } })).toMatchObject({ status: 200, ledger: 'ok' });
    expect(await read({ checks: { temporal: yes, ledger: no } })).toEqual({
      ...lives,
      status: 503,
      ready: false,
      temporal: 'ok',
      ledger: 'no answer',
    });
    expect(await read({ checks: { temporal: no } })).toMatchObject({ ...lives, status: 503, temporal: 'no answer' });
  });

  it('cost Temporal one question a second, however many ask', async () => {
    let asked = 0;
    const { url } = await startReceiver({ checks: { temporal: async () => void (asked += 1) } });
    await Promise.all(Array.from({ length: 30 }, () => fetch(`${url}/ready`)));
    expect(asked).toBe(1);
  });
});

describe('when it is stopped', () => {
  it('wakes whoever still waits, and takes nothing more', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<'heard'>((resolve) => (release = () => resolve('heard')));
    const find = (_account: unknown, { request }: About) => Promise.resolve([String(request?.['screenerResponseId'])]);
    const { url, nudged, hinted, receiver } = await startReceiver({ answer: () => held, find });
    for (let round = 0; round < 40; round += 1) await deliver(url, fromRespondent({ id: `p-${round}` }));
    for (let round = 0; round < 40; round += 1) await deliver(url, fromManifest(tagged(`p/${round}`)));
    const stopping = receiver.stop();
    setTimeout(release, 100);
    expect(await stopping).toBe(true);
    // The watcher too, whose two turns were one by then.
    expect(nudged).toHaveLength(40 + 1);
    expect(hinted).toHaveLength(40);
    await expect(deliver(url, fromManifest())).rejects.toThrow(/ECONNREFUSED/);
  });

  it('ends within seconds, also with a caller who never ends his request', async () => {
    const { url, receiver } = await startReceiver();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /webhooks/manifest HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    await sleep(100);
    const startedAt = performance.now();
    await receiver.stop();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    socket.destroy();
  });
});

it('is refused to start without any secret: the variables are named', () => {
  expect(() => readReceiving({ MANIFEST_API_KEY: 'k' })).toThrow(
    /^MANIFEST_WEBHOOK_USER and MANIFEST_WEBHOOK_PASSWORD, or RESPONDENT_WEBHOOK_SECRET: none is set/,
  );
});
