import { expect, it } from 'vitest';
import type { BatchTransaction } from '../../src/ledger/batch-transaction.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { decide } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { MemoryLedger } from '../activities/memory-ledger.js';
import { claimOf, makeLedger, RULES } from '../support/ledger.js';
import { prolificRequest } from '../support/requests.js';

const NAMES = ['a', 'b', 'c'];
const GROUP = 'batch/file/prolific/default/0';
const CALL = { method: 'POST', path: '/pay', body: '{"all":3}' } as const;
const LANE = 'prolific/submission';

/** The steps of a shared call from the claims to the outcome, with everything that is read between them. */
async function walk(ledger: Ledger<BatchTransaction>): Promise<readonly unknown[]> {
  const read: unknown[] = [];
  const step = async (what: (tx: BatchTransaction) => Promise<unknown>) => read.push(await ledger.transaction(what));
  const claims = [...NAMES, 'd'].map((reference) => ({
    ...claimOf(prolificRequest({ reference, submissionId: `study-${reference}` })),
    carrier: reference === 'd' ? null : GROUP,
  }));

  await step((tx) => tx.claimAll(claims));
  await step((tx) => tx.claimAll(claims));
  await step((tx) => tx.openOf(GROUP, 2));
  await step((tx) => tx.dueOf(GROUP, 10));
  await step((tx) => tx.factsOfAll(['d', 'c', 'nobody', 'a']).then(plain));

  // Of two in one lane the first is served, and whoever is there alone.
  const tickets = NAMES.map((reference, rank) => ({ lane: reference === 'c' ? 'other' : LANE, reference, rank }));
  await step((tx) => tx.enterLanes(tickets));
  await step((tx) => tx.enterLanes(tickets.slice(1)));
  await step((tx) => tx.engageAllLanes(['b']).then(() => tx.enterLanes(tickets)));

  let attemptId = 0;
  let exchangeId = 0;
  const key = { number: 1, idempotencyKey: '6d1b6f7e-7f0e-5f0c-8b1a-000000000001', call: CALL };
  await ledger.transaction(async (tx) => {
    attemptId = await tx.openSharedAttempt(['c', 'a', 'b'], key);
    const { nowMs } = await tx.standing();
    const times = { openedAtMs: nowMs, sendByMs: nowMs + 1_000, closesAtMs: nowMs + 2_000 };
    const snapshot = { a: { bonusPayments: [1] }, b: { bonusPayments: [2] } };
    const grounds = { kind: 'first' } as never;
    const rest = { grounds, attemptId, credentials: 'hash', snapshot, worker: 'w1 token' };
    exchangeId = await tx.openExchange({ contract: 'unguarded', ...times, ...rest });
  });
  await expect(ledger.transaction((tx) => tx.openSharedAttempt(['d'], key))).rejects.toThrow();
  await step((tx) => tx.sharedAttempt(attemptId));
  await step(async (tx) => (await tx.exchangeOpenedBy('b', 'w1 token')) === exchangeId);
  await step((tx) => tx.factsOfAll(NAMES).then(plain));

  await ledger.transaction((tx) => tx.recordOutcome(exchangeId, { kind: 'accepted', httpStatus: 202 }));
  await ledger.transaction(async (tx) => {
    const all = await tx.factsOfAll(NAMES);
    const seen = { status: 'sent', providerReference: 'bulk', mayReturn: false } as const;
    const sighting = { kind: 'present', seen, because: 'it is there' } as const;
    const ruled = all.map((facts) =>
      facts.claim.reference === 'c'
        ? { facts, ruling: decide(facts, RULES) }
        : { facts, ruling: decide(facts, RULES, { kind: 'sighting', sighting }) },
    );
    await tx.recordRulings(ruled);
  });
  await step((tx) => tx.factsOfAll(NAMES).then(plain));
  // At an ending nobody waits behind them any more.
  await step((tx) => tx.enterLanes([{ lane: LANE, reference: 'd', rank: 0 }]));
  await step((tx) => tx.openOf(GROUP, 10));
  await step(async (tx) => (await tx.restOf(GROUP)).open);
  await step((tx) => tx.overdueCarriers(-3_600_000));

  await step((tx) => tx.handOver(['c'], null).then(() => tx.overdueCarriers(-3_600_000)));
  await step((tx) => tx.overdue(-3_600_000, 10, ''));
  await step((tx) => tx.handOver(['c', 'd'], 'another').then(() => tx.overdue(-3_600_000, 10, '')));
  await step((tx) => tx.leaveGroup('d').then(() => tx.openOf('another', 10)));
  return read;
}

/** Facts without what no two ledgers have in common: ids and instants. */
const plain = (all: readonly Facts[]): unknown =>
  JSON.parse(
    JSON.stringify(all, (name, value: unknown) =>
      /^(id|version|nowMs|atMs|.*AtMs|sinceMs|sendByMs)$/.test(name) ? null : value,
    ),
  );

it('keeps the same rules for several at once as the ledger in memory, on which the simulation pays', async () => {
  const memory = await walk(new MemoryLedger({ nowMs: () => Date.now() }));
  const postgres = await walk(await makeLedger());
  expect(postgres).toEqual(memory);
  expect(memory.at(0)).toEqual(['a', 'b', 'c', 'd']);
});
