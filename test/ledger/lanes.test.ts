import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import type { PostgresLedger } from '../../src/ledger/ledger.js';
import type { Lease } from '../../src/ledger/transaction.js';
import { claim, makeLedger, rule } from '../support/ledger.js';
import { prolificRequest } from '../support/requests.js';

const LANE = 'prolific/host/submission/s-1';

let ledger: PostgresLedger;
beforeEach(async () => {
  ledger = await makeLedger();
  for (const reference of ['a', 'b', 'c']) await ledger.transaction((tx) => claim(tx, prolificRequest({ reference })));
});

const enter = (reference: string, rank = 0, lease?: Lease) =>
  ledger.transaction((tx) => tx.enterLane(LANE, reference, rank, lease));
const leave = (reference: string) => ledger.transaction((tx) => tx.leaveLanes(reference));

it('serves those who wait in the order in which they came', async () => {
  expect(await enter('b')).toMatchObject({ served: true, servedReference: 'b' });
  expect(await enter('c')).toMatchObject({ served: false, servedReference: 'b' });
  expect(await enter('a')).toMatchObject({ served: false, servedReference: 'b' });
  await leave('b');
  expect(await enter('a')).toMatchObject({ served: false, servedReference: 'c' });
  expect(await enter('c')).toMatchObject({ served: true });
  await leave('c');
  expect(await enter('a')).toMatchObject({ served: true });
});

it('serves the lower rank first, and tells the higher one that it waits', async () => {
  expect(await enter('b', 2)).toMatchObject({ served: true, lowerRankWaits: false });
  expect(await enter('a', 1)).toMatchObject({ served: true, lowerRankWaits: false });
  expect(await enter('b', 2)).toMatchObject({ served: false, servedReference: 'a', lowerRankWaits: true });
});

it('lets nobody in before one who is paying, of whatever rank', async () => {
  await enter('b', 2);
  await ledger.transaction((tx) => tx.engageLanes('b'));
  expect(await enter('a', 1)).toMatchObject({ served: false, servedReference: 'b' });
  expect(await enter('b', 2)).toMatchObject({ served: true, lowerRankWaits: true });
});

it('takes the place from a waiter, and from a caller, who did not come back in time', async () => {
  const lease = { waitingMs: 300, servedMs: 1_500 };
  expect(await enter('a', 0, lease)).toMatchObject({ served: true });
  expect(await enter('b', 0, lease)).toMatchObject({ served: false });
  await sleep(500);
  // The caller still has its place; the waiter has lost its own to the next one.
  expect(await enter('c', 0, lease)).toMatchObject({ served: false, servedReference: 'a' });
  await sleep(1_100);
  expect(await enter('c', 0, lease)).toMatchObject({ served: true });
});

it('keeps the place of one who stands aside, and has nobody wait for it', async () => {
  const lease = { waitingMs: 5_000, servedMs: 60_000 };
  expect(await enter('a', 0, lease)).toMatchObject({ served: true, ahead: 0 });
  expect(await enter('b', 0, lease)).toMatchObject({ served: false, ahead: 1 });
  expect(await enter('c', 0, lease)).toMatchObject({ served: false, ahead: 2 });
  expect(await enter('b', 0, { waitingMs: 0, servedMs: 0 })).toMatchObject({ served: false });
  await leave('a');
  expect(await enter('c', 0, lease)).toMatchObject({ served: true });
  // It came first, but is not let in before one who is at it.
  expect(await enter('b', 0, lease)).toMatchObject({ served: false, servedReference: 'c' });
  expect(await enter('c', 0, lease)).toMatchObject({ served: true });
  await leave('c');
  expect(await enter('a', 0, lease)).toMatchObject({ served: false, servedReference: 'b' });
});

it('keeps a place without a lease until it is left, and leaves only the leased ones where that is asked', async () => {
  await enter('a');
  await ledger.transaction((tx) => tx.enterLane('call-lane', 'a', 0, { waitingMs: 60_000, servedMs: 60_000 }));
  await ledger.transaction((tx) => tx.leaveLanes('a', 'leased'));
  expect(await enter('b')).toMatchObject({ served: false, servedReference: 'a' });
  const inCallLane = await ledger.transaction((tx) => tx.enterLane('call-lane', 'b', 0));
  expect(inCallLane).toMatchObject({ served: true });
});

it('frees the lanes of a payout that has ended, in the same transaction', async () => {
  await enter('a');
  await ledger.transaction(async (tx) => {
    await tx.recordDecision('a', { kind: 'cancel', by: 'ada', reason: '' }, 'message-1');
    const facts = await tx.facts('a');
    if (!facts) throw new Error('not claimed');
    expect(await rule(tx, facts)).toMatchObject({ status: 'canceled' });
  });
  expect(await enter('b')).toMatchObject({ served: true });
});

it('serves one at a time, however many come at the same moment', async () => {
  const references = Array.from({ length: 10 }, (_, n) => `many-${n}`);
  for (const reference of references) await ledger.transaction((tx) => claim(tx, prolificRequest({ reference })));
  const places = await Promise.all(references.map((reference) => enter(reference)));
  expect(places.filter(({ served }) => served)).toHaveLength(1);
});
