import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { makeIdempotencyKey } from '../../activities/idempotency-key.js';
import type { BatchTransaction } from '../../src/ledger/batch-transaction.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Facts } from '../../src/payout/facts.js';
import { MemoryLedger } from '../activities/memory-ledger.js';
import { claim, claimOf, firstCall, makeLedger } from '../support/ledger.js';
import { manifestRequest } from '../support/requests.js';

/** A ledger, and how it comes to be another one than it was. */
interface Place {
  readonly ledger: Ledger<BatchTransaction>;
  restore(): Promise<void>;
  renew(): Promise<void>;
}

async function onPostgres(): Promise<Place> {
  const ledger = await makeLedger();
  return {
    ledger,
    async restore() {
      await sql`insert into acceptances (system_identifier, timeline, accepted_by) values ('another', 1, 'test')`.execute(
        ledger.db,
      );
    },
    async renew() {
      await sql`insert into kysely_migration (name, timestamp) values ('999-newer', 'now')`.execute(ledger.db);
    },
  };
}

async function inMemory(): Promise<Place> {
  const ledger = new MemoryLedger({ nowMs: () => 1_000_000 });
  return {
    ledger,
    restore: async () => void (ledger.accepted = false),
    renew: async () => void (ledger.newestMigration = '999-newer'),
  };
}

describe.each([
  ['Postgres', onPostgres],
  ['memory', inMemory],
])('a claim with its first exchange, in one statement, in %s', (_name, make) => {
  const REFERENCE = 'study-1/first';
  const begin = async () => {
    const place = await make();
    const { ledgerId } = await place.ledger.transaction((tx) => tx.standing());
    const { ledger } = place;
    return {
      ...place,
      ledgerId,
      claimFirst: (reference = REFERENCE, id = ledgerId) =>
        ledger.transaction((tx) => tx.claimFirst(firstCall(reference, id)), 'one'),
      facts: (reference = REFERENCE) => ledger.transaction((tx) => tx.facts(reference)),
    };
  };

  it('is all there, as if each had been written by itself', async () => {
    const { claimFirst, facts, ledger, ledgerId } = await begin();
    const exchangeId = await claimFirst();
    const { nowMs: _now, ...known } = (await facts()) as Facts;
    const { claimedAtMs } = known.claim;
    const { version } = known.state;
    expect(known).toMatchObject({
      claim: { ...claimOf(manifestRequest({ reference: REFERENCE })), claimedAtMs },
      state: { version, status: 'created', waitingFor: 'nothing', sinceMs: claimedAtMs, nextAtMs: claimedAtMs },
      attempts: [
        {
          number: 1,
          idempotencyKey: makeIdempotencyKey({ ...known.claim }, 1),
          call: firstCall(REFERENCE, ledgerId).call,
          subject: null,
          exchanges: [
            {
              id: exchangeId,
              openedAtMs: claimedAtMs,
              sendByMs: claimedAtMs + 1_000,
              closesAtMs: claimedAtMs + 3_000,
              credentials: 'hash',
              snapshot: null,
              outcomes: [],
            },
          ],
        },
      ],
      decisions: [],
      history: [{ atMs: claimedAtMs, status: 'created', evidence: 'accepted and claimed' }],
    });
    expect(await ledger.transaction((tx) => tx.exchangeOpenedBy(REFERENCE, 'test 1'))).toBe(exchangeId);
  });

  it('is nothing where the reference is claimed, with or without an exchange, or by one that differs in case', async () => {
    const { claimFirst, facts, ledger } = await begin();
    await ledger.transaction((tx) => claim(tx, manifestRequest({ reference: 'study-1/claimed' })));
    await claimFirst();
    const before = [await facts(), await facts('study-1/claimed')];
    for (const reference of [REFERENCE, 'study-1/claimed', 'STUDY-1/first', 'study-1/CLAIMED'])
      expect(await claimFirst(reference)).toBeUndefined();
    expect(await facts('STUDY-1/first')).toBeUndefined();
    const withoutClock = (all: readonly (Facts | undefined)[]) => all.map((one) => ({ ...one, nowMs: 0 }));
    expect(withoutClock([await facts(), await facts('study-1/claimed')])).toEqual(withoutClock(before));
  });

  it('is made by one of many who claim at the same moment', async () => {
    const { claimFirst, facts } = await begin();
    const ids = await Promise.all(Array.from({ length: 20 }, () => claimFirst()));
    expect(ids.filter((id) => id !== undefined)).toHaveLength(1);
    expect((await facts())?.attempts.map(({ exchanges }) => exchanges.length)).toEqual([1]);
  });

  it('is nothing on another ledger, on one that nobody has accepted, and on one that is newer', async () => {
    const other = await begin();
    expect(await other.claimFirst(REFERENCE, '00000000-0000-4000-8000-000000000000')).toBeUndefined();
    expect(await other.facts()).toBeUndefined();
    for (const change of ['restore', 'renew'] as const) {
      const changed = await begin();
      await changed[change]();
      expect(await changed.claimFirst()).toBeUndefined();
      expect(await changed.facts()).toBeUndefined();
    }
  });
});

it('a step of one statement that asks twice is refused before it asks again', async () => {
  const { ledger } = await onPostgres();
  const twice = ledger.transaction(async (tx) => {
    await tx.standing();
    await claim(tx, manifestRequest({ reference: 'study-1/twice' }));
  }, 'one');
  await expect(twice).rejects.toThrow('asks the ledger twice');
  expect(await ledger.transaction((tx) => tx.facts('study-1/twice'))).toBeUndefined();
});
