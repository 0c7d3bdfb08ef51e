import { describe, expect, it } from 'vitest';
import type { LedgerTransaction } from '../../src/ledger/transaction.js';
import type { Claim, Facts } from '../../src/payout/facts.js';
import type { Grounds } from '../../src/payout/grounds.js';
import { MemoryLedger } from './memory-ledger.js';

/** The memory ledger keeps the rules that the Postgres one has; what pays is tested on it. */
function make() {
  const clock = { nowMs: 1_000_000 };
  const ledger = new MemoryLedger({ nowMs: () => clock.nowMs });
  return { clock, ledger };
}

const claimOf = (reference: string, more: object = {}): Omit<Claim, 'claimedAtMs'> => ({
  reference,
  provider: 'manifest',
  account: 'default',
  host: 'http://bank.example',
  credentials: 'hash',
  request: {
    reference,
    provider: 'manifest',
    account: 'default',
    accountConnection: 'acon_X',
    amountMinor: 1500,
    currency: 'USD',
    ...more,
  },
});

/** Only `decideGrounds` makes grounds; here the ledger is asked alone. */
const GROUNDS = { kind: 'first' } as unknown as Grounds<'idempotent'>;
const CALL = { method: 'POST', path: '/pay', body: '{}' } as const;

async function openExchange(tx: LedgerTransaction, reference: string, idempotencyKey = `key of ${reference}`) {
  const attemptId = await tx.openAttempt(reference, { number: 1, idempotencyKey, call: CALL, subject: null });
  const times = { openedAtMs: 1_000_000, sendByMs: 1_010_000, closesAtMs: 1_040_000 };
  const rest = { attemptId, ...times, credentials: 'hash', snapshot: null, worker: 'test' };
  return tx.openExchange({ contract: 'idempotent', grounds: GROUNDS, ...rest });
}

const ruling = (status: 'pending' | 'sent', evidence: string) =>
  ({ status, waitingFor: 'provider', evidence, isBreak: false, seen: null, next: { do: 'end' } }) as const;

describe('a transaction that throws', () => {
  it('leaves nothing behind', async () => {
    const { ledger } = make();
    await ledger.transaction((tx) => tx.claim(claimOf('a')));
    const before = ledger.facts('a');
    const broken = ledger.transaction(async (tx) => {
      await tx.claim(claimOf('b'));
      const facts = (await tx.facts('a')) as Facts;
      const exchangeId = await openExchange(tx, 'a');
      await tx.recordOutcome(exchangeId, { kind: 'unsent', cause: 'ECONNREFUSED' });
      await tx.recordDecision('a', { kind: 'resume', by: 'Ada' }, 'm1');
      await tx.enterLane('lane', 'a', 0);
      await tx.engageLanes('a');
      await tx.recordRuling(facts, ruling('sent', 'seen'));
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(ledger.facts('a')).toEqual(before);
    expect(ledger.references()).toEqual(['a']);
    expect(ledger.tickets('lane')).toEqual([]);
    await ledger.transaction((tx) => openExchange(tx, 'a'));
    await expect(ledger.transaction((tx) => tx.claim(claimOf('b')))).resolves.toBeDefined();
    expect(await ledger.transaction((tx) => tx.recordDecision('a', { kind: 'resume', by: 'Ada' }, 'm1'))).toBe(true);
  });

  it('gives its places in the lanes back to those who had them', async () => {
    const { ledger } = make();
    await ledger.transaction(async (tx) => {
      await tx.claim(claimOf('a'));
      await tx.enterLane('lane', 'a', 0);
    });
    const broken = ledger.transaction(async (tx) => {
      await tx.leaveLanes('a');
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(ledger.tickets('lane')).toEqual(['a']);
  });

  it.each([
    ['fails', []],
    ['commits_unheard', ['a']],
  ] as const)('%s where the test says so', async (fate, references) => {
    const { ledger } = make();
    ledger.fate = () => fate;
    const step = ledger.transaction((tx) => tx.claim(claimOf('a')));
    await expect(step).rejects.toMatchObject({ code: 'LedgerUnreachable' });
    expect(ledger.references()).toEqual(references);
  });
});

describe('transactions', () => {
  it('run one at a time, in the order in which they were begun', async () => {
    const { ledger } = make();
    const order: string[] = [];
    const step = (name: string) =>
      ledger.transaction(async (tx) => {
        order.push(`${name} begins`);
        await tx.standing();
        await tx.standing();
        order.push(`${name} ends`);
      });
    await Promise.all([step('a'), step('b')]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('can do nothing when they have ended', async () => {
    const { ledger } = make();
    const kept = await ledger.transaction(async (tx) => tx);
    await expect(kept.standing()).rejects.toThrow('the transaction has ended');
    await expect(kept.claim(claimOf('a'))).rejects.toThrow('the transaction has ended');
  });
});

describe('a claim', () => {
  it('is unique, in small and in capital letters', async () => {
    const { ledger } = make();
    const claims = ['a/1', 'a/1', 'A/1'].map((reference) => ledger.transaction((tx) => tx.claim(claimOf(reference))));
    const facts = await Promise.all(claims);
    expect(facts.map((one) => one?.claim.reference)).toEqual(['a/1', undefined, undefined]);
    const twins = await ledger.transaction(async (tx) => [await tx.caseTwin('A/1'), await tx.caseTwin('a/1')]);
    expect(twins).toEqual(['a/1', undefined]);
  });

  it('is kept as JSON, and nobody changes it from outside', async () => {
    const { ledger } = make();
    const given = claimOf('a', { description: undefined });
    const facts = (await ledger.transaction((tx) => tx.claim(given))) as Facts;
    expect(Object.keys(facts.claim.request)).not.toContain('description');
    Object.assign(facts.claim.request, { amountMinor: 1 });
    expect(ledger.facts('a').claim.request).toMatchObject({ amountMinor: 1500 });
  });
});

describe('what is written', () => {
  it('refuses an idempotency key that was used, and what belongs to nothing', async () => {
    const { ledger } = make();
    await ledger.transaction(async (tx) => {
      await tx.claim(claimOf('a'));
      await tx.claim(claimOf('b'));
      await openExchange(tx, 'a', 'key');
    });
    await expect(ledger.transaction((tx) => openExchange(tx, 'b', 'key'))).rejects.toThrow('duplicate key');
    await expect(ledger.transaction((tx) => openExchange(tx, 'c'))).rejects.toThrow('foreign key');
    const nowhere = ledger.transaction((tx) => tx.recordOutcome(99, { kind: 'unsent', cause: '' }));
    await expect(nowhere).rejects.toThrow('foreign key');
  });

  it('counts a message once', async () => {
    const { ledger } = make();
    await ledger.transaction((tx) => tx.claim(claimOf('a')));
    const record = (messageId: string) =>
      ledger.transaction((tx) => tx.recordDecision('a', { kind: 'resume', by: 'Ada' }, messageId));
    expect([await record('m1'), await record('m1'), await record('m2')]).toEqual([true, false, true]);
    expect(ledger.facts('a').decisions).toMatchObject([{ kind: 'resume' }, { kind: 'resume' }]);
  });

  it('appends a status row only where something new is said, and keeps since when it is so', async () => {
    const { clock, ledger } = make();
    await ledger.transaction((tx) => tx.claim(claimOf('a')));
    const say = (evidence: string) =>
      ledger.transaction(async (tx) => tx.recordRuling((await tx.facts('a')) as Facts, ruling('pending', evidence)));
    const versions: number[] = [];
    for (const evidence of ['one', 'one', 'two']) {
      clock.nowMs += 1_000;
      versions.push((await say(evidence)).version);
    }
    expect(versions[1]).toBe(versions[0]);
    expect(versions[2]).toBeGreaterThan(versions[1] as number);
    expect(ledger.events('a').map(({ evidence }) => evidence)).toEqual(['accepted and claimed', 'one', 'two']);
    expect(ledger.facts('a').state).toMatchObject({ sinceMs: 1_001_000, version: versions[2] });
  });

  it('shows the newest thirty status rows, the oldest of them first', async () => {
    const { ledger } = make();
    await ledger.transaction((tx) => tx.claim(claimOf('a')));
    for (let number = 1; number <= 35; number += 1)
      await ledger.transaction(async (tx) =>
        tx.recordRuling((await tx.facts('a')) as Facts, ruling('pending', `${number}`)),
      );
    const { history } = ledger.facts('a');
    expect(history.map(({ evidence }) => evidence)).toEqual(Array.from({ length: 30 }, (_, index) => `${index + 6}`));
  });

  it('finds what is overdue, by reference, and other payouts of the same account, the nearest first', async () => {
    const { clock, ledger } = make();
    const pay = (reference: string, untilMs: number, more: object = {}) =>
      ledger.transaction(async (tx) => {
        const facts = (await tx.claim(claimOf(reference, more))) as Facts;
        const seen = { status: 'pending', providerReference: `pay_${reference}` } as const;
        const next = { do: 'wait', untilMs, afterwards: 'look_up' } as const;
        await tx.recordRuling(facts, { ...ruling('pending', 'seen'), seen, next });
      });
    await pay('a', clock.nowMs + 200);
    await pay('b', clock.nowMs + 100, { accountConnection: 'acon_Y' });
    await pay('c', clock.nowMs + 9_000);
    clock.nowMs += 1_000;
    expect(await ledger.transaction((tx) => tx.overdue(500, 10, ''))).toEqual(['a', 'b']);
    const controls = await ledger.transaction((tx) => tx.controls(ledger.facts('a').claim, 10));
    expect(controls.map(({ reference }) => reference)).toEqual(['c', 'b']);
  });
});

describe('a lane', () => {
  const enter = (ledger: MemoryLedger, reference: string, rank = 0, leaseMs?: number) =>
    ledger.transaction(async (tx) => {
      await tx.claim(claimOf(reference));
      const lease = leaseMs === undefined ? undefined : { waitingMs: leaseMs, servedMs: 10 * leaseMs };
      return tx.enterLane('lane', reference, rank, lease);
    });

  it('serves the lower rank first, then who came first, and nobody before one that is engaged', async () => {
    const { ledger } = make();
    expect(await enter(ledger, 'b', 2)).toEqual({
      served: true,
      servedReference: 'b',
      ahead: 0,
      lowerRankWaits: false,
    });
    expect(await enter(ledger, 'a', 1)).toEqual({
      served: true,
      servedReference: 'a',
      ahead: 0,
      lowerRankWaits: false,
    });
    expect(await enter(ledger, 'b', 2)).toEqual({
      served: false,
      servedReference: 'a',
      ahead: 1,
      lowerRankWaits: true,
    });
    await ledger.transaction((tx) => tx.leaveLanes('a'));
    await ledger.transaction((tx) => tx.engageLanes('b'));
    expect(await enter(ledger, 'a', 1)).toMatchObject({ served: false, servedReference: 'b' });
  });

  it('forgets who does not come back in time, whether waiting or served, and lets them in again', async () => {
    const { clock, ledger } = make();
    await enter(ledger, 'a', 0, 1_000);
    await enter(ledger, 'b', 0, 1_000);
    clock.nowMs += 5_000;
    expect(await enter(ledger, 'c', 0, 1_000)).toMatchObject({ servedReference: 'a' });
    clock.nowMs += 6_000;
    expect(await enter(ledger, 'c', 0, 1_000)).toMatchObject({ servedReference: 'c' });
    // It came first, and was away: not before one who is at it, but before all others.
    expect(await enter(ledger, 'b', 0, 1_000)).toMatchObject({ servedReference: 'c' });
    expect(await enter(ledger, 'd', 0, 1_000)).toMatchObject({ servedReference: 'c', ahead: 2 });
    await ledger.transaction((tx) => tx.leaveLanes('c'));
    expect(await enter(ledger, 'd', 0, 1_000)).toMatchObject({ servedReference: 'b' });
  });

  it('is left at an ending, and only by the leased where that is asked', async () => {
    const { ledger } = make();
    await enter(ledger, 'a');
    await ledger.transaction((tx) => tx.leaveLanes('a', 'leased'));
    expect(ledger.tickets('lane')).toEqual(['a']);
    await ledger.transaction(async (tx) => tx.recordRuling((await tx.facts('a')) as Facts, ruling('sent', 'seen')));
    expect(ledger.tickets('lane')).toEqual([]);
  });
});
