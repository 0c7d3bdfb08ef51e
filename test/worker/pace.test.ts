import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import type { RequestPermits } from '../../src/ledger/request-permits.js';
import { createHttp } from '../../src/providers/http.js';
import { createPace, limitOf } from '../../src/worker/pace.js';

const OPTIONS = { account: 'acme/default', requestsPerSecond: 2, usableMs: 1_000, requestMs: 1_000 };

/** Permits in memory, all free. */
function permitsInMemory(): RequestPermits & { readonly given: number[] } {
  const given: number[] = [];
  let grants = 0;
  return {
    given,
    take: async ({ wanted }) => ({
      taken: Array.from({ length: wanted }, (_, number) => ({ number, grants: (grants += 1) })),
      nextInMs: 0,
    }),
    giveBack: async (_account, _permit, pauseMs) => void given.push(pauseMs),
  };
}

async function serve(): Promise<{ readonly baseUrl: string; readonly requests: () => number }> {
  let requests = 0;
  const server = http.createServer((_request, reply) => {
    requests += 1;
    reply.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

const withPace = (baseUrl: string, pace: ReturnType<typeof createPace>) =>
  createHttp({ baseUrl, headers: {}, timeoutMs: 1_000, pace });

it.each([
  [250, { permits: 250, pauseMs: 1_000 }],
  [2.9, { permits: 2, pauseMs: 1_000 }],
  [1, { permits: 1, pauseMs: 1_000 }],
  [0.2, { permits: 1, pauseMs: 5_000 }],
])('a limit of %d requests a second is %j', (requestsPerSecond, limit) => {
  expect(limitOf(requestsPerSecond)).toEqual(limit);
});

it('a request gives its permit back when its reply is there, and then it rests for the pause', async () => {
  const { baseUrl, requests } = await serve();
  const permits = permitsInMemory();
  const send = withPace(baseUrl, createPace(permits, OPTIONS));
  expect(await send({ method: 'GET', path: '/' })).toMatchObject({ kind: 'reply' });
  expect(requests()).toBe(1);
  expect(permits.given).toEqual([1_000]);
});

it('a paying request waits for nothing: without a permit at hand, or with one that ran out, it is not made', async () => {
  const { baseUrl, requests } = await serve();
  const permits = permitsInMemory();
  const late = createPace(permits, { ...OPTIONS, usableMs: 0 });
  const send = withPace(baseUrl, late);
  const pay = { method: 'POST', path: '/', body: '{}' } as const;
  expect(await send({ ...pay, permit: null })).toMatchObject({ kind: 'unsent' });
  expect(await send({ ...pay, permit: await late.take() })).toMatchObject({ kind: 'unsent' });
  expect(requests()).toBe(0);
  const inTime = createPace(permits, OPTIONS);
  expect(await send({ ...pay, permit: await inTime.take() })).toMatchObject({ kind: 'reply' });
  expect(requests()).toBe(1);
});

it('a permit is good for one request, and given back once; one that was not used does not rest', async () => {
  const permits = permitsInMemory();
  const pace = createPace(permits, OPTIONS);
  const permit = await pace.take();
  expect([permit.use(), permit.use()]).toEqual([true, false]);
  permit.end();
  permit.end();
  const unused = await pace.take();
  unused.end();
  expect(unused.use()).toBe(false);
  expect(permits.given).toEqual([1_000, 0]);
});

it('a ledger that is away is told to everybody who waits, and nothing is sent', async () => {
  const { baseUrl, requests } = await serve();
  const away = createPace({ ...permitsInMemory(), take: () => Promise.reject(new Error('away')) }, OPTIONS);
  const send = withPace(baseUrl, away);
  const results = await Promise.all([1, 2, 3].map(() => send({ method: 'GET', path: '/' })));
  expect(results.map(({ kind }) => kind)).toEqual(['unsent', 'unsent', 'unsent']);
  expect(requests()).toBe(0);
  expect(away.isBusy).toBe(false);
});
