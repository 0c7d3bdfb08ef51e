import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { createRequestPermits, type PermitsAsked } from '../../src/ledger/request-permits.js';
import { mostRequests } from '../../src/sandbox/most-requests.js';
import { makeLedger } from '../support/ledger.js';

const ASKED: PermitsAsked = { account: 'acme/default', permits: 3, wanted: 1, leaseMs: 5_000, pauseMs: 200 };

/** The permits of a ledger, as several workers have them: each with connections of its own. */
async function makePermits(workers = 1) {
  const { url } = await makeLedger();
  return Array.from({ length: workers }, () => {
    const ledger = openLedger({ url, maxConnections: 4 });
    onTestFinished(() => ledger.close());
    return createRequestPermits(ledger.db);
  });
}

type Permits = Awaited<ReturnType<typeof makePermits>>[number];

/** Until there are so many, for an account that is new makes its permits first. */
async function takeSoon(permits: Permits | undefined, wanted: number, given: Partial<PermitsAsked> = {}) {
  for (;;) {
    const { taken, nextInMs } = (await permits?.take({ ...ASKED, ...given, wanted })) ?? { taken: [], nextInMs: 0 };
    if (taken.length > 0) return taken;
    await sleep(Math.min(50, nextInMs + 1));
  }
}

it('gives out no more requests within a pause than there are permits, however many workers ask', async () => {
  const workers = await makePermits(4);
  const ends = Date.now() + 1_500;
  const made: { readonly atMs: number }[] = [];
  const request = async (permits: Permits) => {
    while (Date.now() < ends) {
      const [permit] = await takeSoon(permits, 1);
      // A request that travels, and arrives at some time before its reply.
      await sleep(Math.random() * 20);
      made.push({ atMs: Date.now() });
      await sleep(Math.random() * 20);
      if (permit) await permits.giveBack(ASKED.account, permit, ASKED.pauseMs);
    }
  };
  await Promise.all(workers.flatMap((permits) => [request(permits), request(permits)]));
  expect(mostRequests(made, ASKED.pauseMs)).toBeLessThanOrEqual(ASKED.permits);
  // And not many fewer.
  expect(made.length).toBeGreaterThan(ASKED.permits * 3);
});

it('gives a permit that was not used to the next at once', async () => {
  const [permits] = await makePermits();
  const taken = await takeSoon(permits, 3);
  expect(taken).toHaveLength(3);
  expect(await permits?.take(ASKED)).toMatchObject({ taken: [] });
  if (taken[0]) await permits?.giveBack(ASKED.account, taken[0], 0);
  expect(await permits?.take(ASKED)).toMatchObject({ taken: [{ number: taken[0]?.number }] });
});

it('has the permit of a worker that died again when its lease is over, and hears nothing from it any more', async () => {
  const [permits] = await makePermits();
  const [lost] = await takeSoon(permits, 1, { permits: 1, leaseMs: 300 });
  expect(await permits?.take({ ...ASKED, permits: 1 })).toMatchObject({ taken: [] });
  const [again] = await takeSoon(permits, 1, { permits: 1 });
  expect(again?.number).toBe(lost?.number);
  // It was only frozen, and gives back what somebody else has by now.
  if (lost) await permits?.giveBack(ASKED.account, lost, 0);
  expect(await permits?.take({ ...ASKED, permits: 1 })).toMatchObject({ taken: [] });
});

it('keeps the accounts apart', async () => {
  const [permits] = await makePermits();
  await takeSoon(permits, 3);
  expect(await takeSoon(permits, 3, { account: 'acme/us' })).toHaveLength(3);
});
