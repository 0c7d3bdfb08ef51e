import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Status } from '../../src/payout/status.js';
import { CLOSES_MS, drive, makeBed, REFERENCE, requestFor, SETTLED_MS, TIMING, type Bed } from './bed.js';
import type { FakeClock } from './fake-clock.js';
import { MemoryLedger, type Fate } from './memory-ledger.js';

const about = { reference: REFERENCE };
const first = (contract: Bed['contract'], more: object = {}) => ({ ...about, request: requestFor(contract, more) });

/** A ledger that does something right after a transaction has committed: the number counts from 1. */
const afterCommit = (ledger: Ledger, number: number, act: () => void): Ledger => {
  let committed = 0;
  return {
    async transaction(step) {
      const result = await ledger.transaction(step);
      committed += 1;
      if (committed === number) act();
      return result;
    },
  };
};

describe('the claim', () => {
  it('is made once: the same request joins it, and nothing is paid twice', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const views = await Promise.all([1, 2, 3].map(() => bed.worker().submit(first('unguarded'))));
    expect(bed.bank.paid(REFERENCE)).toBe(1);
    expect(bed.ledger.exchanges(REFERENCE)).toHaveLength(1);
    expect(views.map(({ status }) => status)).toContain('pending');
  });

  it.each([
    ['another amount', { amountMinor: 251 }, 'another amountMinor;'],
    ['another subject', { submissionId: 'other' }, 'another submissionId;'],
    ['a date', { scheduledAt: '2026-12-24T09:00:00Z' }, 'another scheduledAt;'],
    ['two other fields', { amountMinor: 251, currency: 'USD' }, 'another amountMinor, currency;'],
  ])('refuses %s under the same reference, names it, and changes nothing', async (_what, more, named) => {
    const bed = makeBed({ contract: 'unguarded' });
    await bed.worker().submit(first('unguarded'));
    const before = bed.ledger.facts(REFERENCE);
    const again = bed.worker().submit(first('unguarded', more));
    await expect(again).rejects.toMatchObject({ code: 'ReferenceConflict', message: expect.stringContaining(named) });
    expect(bed.ledger.facts(REFERENCE)).toEqual(before);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it.each([
    ['other metadata', { metadata: { wave: 3 } }],
    ['a default written out', { account: 'default' }],
  ])('is not another one by %s', async (_what, more) => {
    const bed = makeBed({ contract: 'unguarded' });
    await bed.worker().submit(first('unguarded'));
    await expect(bed.worker().submit(first('unguarded', more))).resolves.toMatchObject({ status: 'pending' });
  });

  it('refuses a reference that differs only in case', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    await bed.worker().submit(first('unguarded'));
    const reference = REFERENCE.toUpperCase();
    const twin = bed.worker().submit({ reference, request: requestFor('unguarded', { reference }) });
    await expect(twin).rejects.toMatchObject({ code: 'InvalidRequest', message: expect.stringContaining(REFERENCE) });
    expect(bed.ledger.references()).toEqual([REFERENCE]);
  });

  it('is not made for a request of another form', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    await expect(bed.worker().submit(first('unguarded', { amountMinor: 0.5 }))).rejects.toMatchObject({
      code: 'InvalidRequest',
    });
    expect(bed.ledger.references()).toEqual([]);
  });

  it('is kept though the operator has to mend the base URL first', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.identity = { kind: 'unready', waitingFor: 'operator', message: 'answered 401' };
    await expect(bed.worker().submit(first('unguarded'))).resolves.toMatchObject({
      status: 'created',
      waitingFor: 'operator',
    });
    const elsewhere = bed.worker({ host: 'http://elsewhere.example' });
    bed.bank.identity = undefined;
    const view = await elsewhere.submit(about);
    expect(view).toMatchObject({ status: 'created', waitingFor: 'operator' });
    expect(view.evidence).toMatch(/claimed for http:\/\/bank\.example/);
    expect(bed.ledger.exchanges(REFERENCE)).toEqual([]);
  });
});

describe('what is written down', () => {
  it('is written before anything is sent: the call, its bytes, its key and its last moment', async () => {
    const bed = makeBed({ contract: 'idempotent', preparation: 'none', scheduling: 'provider' });
    const seen: unknown[] = [];
    const worker = bed.worker({
      change: ({ pay }) => ({
        pay: async (call, key) => {
          const { attempts } = bed.ledger.facts(REFERENCE);
          seen.push({
            call: attempts[0]?.call,
            key: attempts[0]?.idempotencyKey,
            outcomes: attempts[0]?.exchanges[0]?.outcomes,
          });
          return pay(call, key);
        },
      }),
    });
    await worker.submit(first('idempotent'));
    const { call, key } = bed.bank.arrived[0] ?? {};
    expect(seen).toEqual([{ call, key, outcomes: [] }]);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([
      { grounds: 'first', worker: expect.stringMatching(/^worker [0-9a-f-]{36}$/) },
    ]);
  });

  it('holds no credentials', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    await bed.worker({ secret: 'top-secret-token' }).submit(first('unguarded'));
    const all = JSON.stringify([bed.ledger.facts(REFERENCE), bed.ledger.exchanges(REFERENCE)]);
    expect(all).not.toContain('top-secret-token');
  });

  it('has a key that another ledger, another run and another worker would derive too', async () => {
    const keys = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const bed = makeBed({ contract: 'idempotent' });
        await bed.worker({ name }).submit(first('idempotent'));
        return bed.bank.arrived[0]?.key;
      }),
    );
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ['accepted', 'accepted', 'pending'],
    ['reply_lost', 'ambiguous', 'in_doubt'],
    ['unsent', 'unsent', 'created'],
    ['no_funds', 'rejected', 'created'],
    ['refused', 'rejected', 'error'],
  ] as const)('is its outcome: %s is %s, and the payout is %s', async (fate, outcome, status) => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = [fate];
    const view = await bed.worker().submit(first('unguarded'));
    expect(view.status).toBe(status);
    expect(bed.ledger.exchanges(REFERENCE).map(({ outcomes }) => outcomes.map((one) => one.outcome.kind))).toEqual([
      [outcome],
    ]);
  });

  it('stays without an outcome when the worker dies, and is waited out', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = ['throws'];
    await expect(bed.worker().submit(first('unguarded'))).rejects.toThrow('the adapter has a fault');
    const view = await bed.worker({ name: 'another' }).submit(first('unguarded'));
    expect(view).toMatchObject({ status: 'in_doubt', next: { do: 'wait', afterwards: 'submit' } });
    expect(view.next).toMatchObject({ untilMs: bed.clock.nowMs() + CLOSES_MS });
    expect(bed.bank.arrived).toHaveLength(1);
  });

  it('is closed as unsent by its own step when the commit was not heard of, and the next step pays', async () => {
    const bed = makeBed({ contract: 'unguarded', preparation: 'none' });
    const fates: Fate[] = ['commits_unheard'];
    bed.ledger.fate = () => fates.shift() ?? 'commits';
    await expect(bed.worker().submit(first('unguarded'))).rejects.toMatchObject({ code: 'LedgerUnreachable' });
    expect(bed.bank.arrived).toHaveLength(0);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ outcomes: [{ outcome: { kind: 'unsent' } }] }]);
    const view = await drive(bed, bed.worker(), await bed.worker().submit(first('unguarded')));
    expect(view.status).toBe('sent');
    expect(bed.bank.arrived).toHaveLength(1);
  });

  it('is not lost when the ledger then stays away: it is waited out, and doubted', async () => {
    const bed = makeBed({ contract: 'unguarded', preparation: 'none' });
    const fates: Fate[] = ['commits_unheard', 'fails', 'fails', 'fails'];
    bed.ledger.fate = () => fates.shift() ?? 'commits';
    await expect(bed.worker().submit(first('unguarded'))).rejects.toMatchObject({ code: 'LedgerUnreachable' });
    bed.ledger.fate = () => 'commits';
    const view = await bed.worker().submit(first('unguarded'));
    expect(view.status).toBe('in_doubt');
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('is nothing when the commit failed, and the next try starts anew', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.ledger.fate = () => 'fails';
    await expect(bed.worker().submit(first('unguarded'))).rejects.toMatchObject({ code: 'LedgerUnreachable' });
    expect(bed.ledger.references()).toEqual([]);
    bed.ledger.fate = () => 'commits';
    await expect(bed.worker().submit(first('unguarded'))).resolves.toMatchObject({ status: 'pending' });
  });
});

describe('the last moment at which bytes may leave', () => {
  /** Commits: with `none` the first opens the exchange; with `reads` the claim and the lanes come before it. */
  const opening = { none: 1, reads: 3 } as const;

  it.each(['none', 'reads'] as const)('has passed after the commit: nothing is sent (%s)', async (preparation) => {
    const bed = makeBed({ contract: 'unguarded', preparation });
    const slow = afterCommit(bed.ledger, opening[preparation], () => bed.clock.advance(TIMING.sendByMs));
    const view = await bed.worker({ ledger: slow }).submit(first('unguarded'));
    expect(bed.bank.arrived).toHaveLength(0);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ outcomes: [{ outcome: { kind: 'unsent' } }] }]);
    expect(view).toMatchObject({ status: 'created', waitingFor: 'provider' });
    await drive(bed, bed.worker(), view);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it.each([
    ['the wall clock alone has passed it', (clock: FakeClock) => clock.setWall(TIMING.sendByMs)],
    ['the monotonic clock alone has passed it', (clock: FakeClock) => clock.runOn(TIMING.sendByMs)],
    [
      'the wall clock was set back meanwhile',
      (clock: FakeClock) => {
        clock.advance(TIMING.sendByMs);
        clock.setWall(-3_600_000);
      },
    ],
  ] as const)('counts on both clocks: %s', async (_what, freeze) => {
    const bed = makeBed({ contract: 'unguarded' });
    const slow = afterCommit(bed.ledger, opening.reads, () => freeze(bed.clock));
    await bed.worker({ ledger: slow }).submit(first('unguarded'));
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('has not passed one millisecond before it', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const slow = afterCommit(bed.ledger, opening.reads, () => bed.clock.advance(TIMING.sendByMs - 1));
    await bed.worker({ ledger: slow }).submit(first('unguarded'));
    expect(bed.bank.arrived).toHaveLength(1);
  });

  it('has passed before the commit: not even an exchange is written', async () => {
    const bed = makeBed({ contract: 'unguarded', preparation: 'none' });
    const slow: Ledger = {
      transaction: (step) =>
        bed.ledger.transaction((tx) => {
          bed.clock.advance(TIMING.sendByMs);
          return step(tx);
        }),
    };
    const view = await bed.worker({ ledger: slow }).submit(first('unguarded'));
    expect(view).toMatchObject({ status: 'created', evidence: 'this worker was too slow; nothing was sent' });
    expect(bed.ledger.exchanges(REFERENCE)).toEqual([]);
  });

  it('is never later than the ledger says', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const started = bed.clock.nowMs();
    await bed.worker().submit(first('unguarded'));
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([
      { openedAtMs: started, sendByMs: started + TIMING.sendByMs, closesAtMs: started + CLOSES_MS },
    ]);
  });
});

describe('a worker that was frozen', () => {
  /** Sends, is frozen before it can write the outcome, and goes on when told to. */
  async function freeze(bed: Bed): Promise<() => Promise<Status>> {
    let thaw = (): void => undefined;
    let sent = (): void => undefined;
    const isSent = new Promise<void>((resolve) => (sent = resolve));
    const frozen = new Promise<void>((resolve) => (thaw = resolve));
    const worker = bed.worker({
      name: 'frozen',
      change: ({ pay }) => ({
        pay: async (call, key) => {
          const outcome = await pay(call, key);
          sent();
          await frozen;
          return outcome;
        },
      }),
    });
    const submitting = worker.submit(first(bed.contract));
    await isSent;
    return async () => {
      thaw();
      return (await submitting).status;
    };
  }

  it('adds its outcome late, and it counts', async () => {
    const bed = makeBed({ contract: 'unguarded', lagMs: 10 * SETTLED_MS });
    const thaw = await freeze(bed);
    const others = bed.worker();
    const view = await drive(bed, others, await others.submit(about), bed.clock.nowMs() + SETTLED_MS);
    expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
    expect(await thaw()).toBe('pending');
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ outcomes: [{ outcome: { kind: 'accepted' } }] }]);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('adds its outcome beside that of a repeat under the same key', async () => {
    const bed = makeBed({ contract: 'idempotent' });
    const thaw = await freeze(bed);
    const others = bed.worker();
    const view = await drive(bed, others, await others.submit(about), bed.clock.nowMs() + SETTLED_MS);
    expect(view.status).toBe('sent');
    expect(await thaw()).toBe('sent');
    expect(bed.ledger.exchanges(REFERENCE).map(({ outcomes }) => outcomes.length)).toEqual([1, 1]);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('disproves a person who said that it was not paid', async () => {
    const bed = makeBed({ contract: 'unguarded', lagMs: 100 * SETTLED_MS });
    const thaw = await freeze(bed);
    const others = bed.worker();
    await drive(bed, others, await others.submit(about), bed.clock.nowMs() + SETTLED_MS);
    const decision = { kind: 'resolve', by: 'Ada', paid: false, payAgain: false, evidence: 'nothing there' } as const;
    const ended = await others.makeDecision({ ...about, decision, messageId: 'm1' });
    expect(ended.status).toBe('error');
    bed.clock.advance(1_000);
    expect(await thaw()).toBe('pending');
    expect(bed.ledger.events(REFERENCE).filter(({ isBreak }) => isBreak)).toHaveLength(1);
    const view = await drive(bed, others, await others.submit(about), bed.clock.nowMs() + SETTLED_MS);
    expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
  });

  it('is not paid twice where a person said to pay again and it turns out accepted', async () => {
    const bed = makeBed({ contract: 'unguarded', lagMs: 100 * SETTLED_MS });
    const thaw = await freeze(bed);
    const others = bed.worker();
    await drive(bed, others, await others.submit(about), bed.clock.nowMs() + SETTLED_MS);
    const decision = { kind: 'resolve', by: 'Ada', paid: false, payAgain: true, evidence: 'nothing there' } as const;
    await others.makeDecision({ ...about, decision, messageId: 'm1' });
    await thaw();
    await others.submit(about);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });
});

describe('other credentials', () => {
  it('repeat nothing, and prove nothing', async () => {
    const bed = makeBed({ contract: 'idempotent' });
    bed.bank.fates = ['call_lost'];
    const view = await bed.worker({ secret: 'old' }).submit(first('idempotent'));
    const ended = await drive(bed, bed.worker({ secret: 'new' }), view, bed.clock.nowMs() + 86_400_000);
    expect(ended).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('may pay what the old ones were refused for', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = ['no_funds'];
    const view = await bed.worker({ secret: 'old' }).submit(first('unguarded'));
    const ended = await drive(bed, bed.worker({ secret: 'new' }), view);
    expect([ended.status, bed.bank.paid(REFERENCE)]).toEqual(['sent', 1]);
  });

  it('are no reason to doubt what their look finds', async () => {
    const bed = makeBed({ contract: 'idempotent' });
    bed.bank.fates = ['reply_lost'];
    const view = await bed.worker({ secret: 'old' }).submit(first('idempotent'));
    const ended = await drive(bed, bed.worker({ secret: 'new' }), view, bed.clock.nowMs() + 86_400_000);
    expect([ended.status, bed.bank.paid(REFERENCE)]).toEqual(['sent', 1]);
  });
});

describe('another host', () => {
  it('is never asked to repeat, and the payout waits for the operator without spinning', async () => {
    const bed = makeBed({ contract: 'idempotent' });
    bed.bank.fates = ['call_lost'];
    const view = await bed.worker().submit(first('idempotent'));
    const elsewhere = bed.worker({ host: 'http://elsewhere.example' });
    const waiting = await drive(bed, elsewhere, view, bed.clock.nowMs() + 3_000_000);
    expect(waiting).toMatchObject({ status: 'in_doubt', waitingFor: 'operator' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('is not believed when it is looked at', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = ['reply_lost'];
    await bed.worker().submit(first('unguarded'));
    bed.clock.advance(SETTLED_MS);
    const view = await bed.worker({ host: 'http://elsewhere.example' }).lookUp(about);
    expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'operator' });
  });
});

describe('the ledger that a payout was begun on', () => {
  it('is the only one that goes on with it', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const { ledgerId } = await bed.worker().submit(first('unguarded'));
    const other = new MemoryLedger({ nowMs: () => bed.clock.nowMs(), ledgerId: 'other' });
    const elsewhere = bed.worker({ ledger: other });
    await expect(elsewhere.submit({ ...first('unguarded'), ledgerId })).rejects.toMatchObject({
      code: 'LedgerMismatch',
    });
    expect(other.references()).toEqual([]);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('pays nothing after a restore that nobody has accepted', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.ledger.accepted = false;
    await expect(bed.worker().submit(first('unguarded'))).rejects.toMatchObject({ code: 'LedgerNotAccepted' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('pays nothing when it is newer than the worker', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.ledger.newestMigration = '999-later';
    await expect(bed.worker().submit(first('unguarded'))).rejects.toMatchObject({ code: 'LedgerSchema' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('is not asked by a worker without credentials for the account', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const other = bed.worker().submit(first('unguarded', { account: 'us' }));
    await expect(other).rejects.toMatchObject({ code: 'NotServed' });
    expect(bed.ledger.references()).toEqual([]);
  });
});

describe('a date', () => {
  const scheduledAt = '2026-01-01T01:00:00.000Z';

  it('is waited for before anything is read or sent', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    const view = await bed.worker().submit(first('unguarded', { scheduledAt }));
    expect(view).toMatchObject({ status: 'ready', waitingFor: 'date', cancelableUntil: scheduledAt });
    expect(bed.bank.arrived).toHaveLength(0);
    await drive(bed, bed.worker(), view);
    expect(bed.bank.arrived).toMatchObject([{ atMs: Date.parse(scheduledAt) }]);
  });

  it('is composed into the call of a provider that keeps dates, and moved as long as nothing is written down', async () => {
    const bed = makeBed({ contract: 'idempotent', preparation: 'none', scheduling: 'provider' });
    bed.bank.fates = ['no_funds'];
    bed.bank.preparation = { kind: 'unready', waitingFor: 'operator', message: 'not yet' };
    await bed.worker().submit(first('idempotent', { scheduledAt }));
    const later = '2026-01-01T02:00:00.000Z';
    const decision = { kind: 'reschedule', by: 'Ada', scheduledAt: later } as const;
    await bed.worker({ change: () => ({ amend: () => Promise.reject(new Error('not there')) }) }).makeDecision({
      ...about,
      decision,
      messageId: 'm1',
    });
    bed.bank.preparation = undefined;
    await bed.worker().submit(about);
    expect(bed.bank.arrived.map(({ call }) => JSON.parse(call.body) as unknown)).toEqual([
      { reference: REFERENCE, date: later },
    ]);
  });
});

describe('what a provider says before the call', () => {
  it('refused: it ends in error, and nothing was written down to be sent', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.preparation = { kind: 'refused', message: 'paid elsewhere' };
    const view = await bed.worker().submit(first('unguarded'));
    expect(view).toMatchObject({ status: 'error', evidence: 'paid elsewhere', next: { do: 'end' } });
    expect(bed.ledger.exchanges(REFERENCE)).toEqual([]);
  });

  it('not ready: it waits, and pays when it is', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.preparation = { kind: 'unready', waitingFor: 'provider', message: 'answered 503' };
    const view = await bed.worker().submit(first('unguarded'));
    expect(view).toMatchObject({ status: 'created', waitingFor: 'provider', evidence: 'answered 503' });
    bed.bank.preparation = undefined;
    await drive(bed, bed.worker(), view);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('records that cannot be read: a throttled call is not repeated, and waits without spinning', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = ['throttled'];
    const worker = bed.worker();
    const view = await worker.submit(first('unguarded'));
    bed.bank.sighting = { kind: 'unreadable', waitingFor: 'operator', because: 'answered 401' };
    const waiting = await drive(bed, worker, view, bed.clock.nowMs() + 3 * SETTLED_MS);
    expect(waiting).toMatchObject({ status: 'created', waitingFor: 'operator' });
    expect(bed.bank.arrived).toHaveLength(1);
  });

  it('it can no longer be prepared: a doubt with a guard waits without spinning', async () => {
    const bed = makeBed({ contract: 'guarded' });
    bed.bank.fates = ['call_lost'];
    const worker = bed.worker({ guardProven: true });
    const view = await worker.submit(first('guarded'));
    bed.bank.preparation = { kind: 'unready', waitingFor: 'provider', message: 'answered 503' };
    const waiting = await drive(bed, worker, view, bed.clock.nowMs() + 10 * SETTLED_MS);
    expect(waiting).toMatchObject({ status: 'in_doubt', waitingFor: 'provider' });
  });
});
