import { describe, expect, it } from 'vitest';
import type { DecisionMade } from '../../src/payout/facts.js';
import type { Sighting } from '../../src/payout/outcome.js';
import { drive, makeBed, REFERENCE, requestFor, SETTLED_MS, type Bed, type BedOptions, type Worker } from './bed.js';
import type { Fate } from './bank.js';

const about = { reference: REFERENCE };
let messages = 0;
const decideAs = (worker: Worker, decision: DecisionMade, messageId = `message-${(messages += 1)}`) =>
  worker.makeDecision({ ...about, decision, messageId });

const CANCEL = { kind: 'cancel', by: 'Ada', reason: '' } as const;
const RESUME = { kind: 'resume', by: 'Ada' } as const;
const word = (paid: boolean, payAgain = false) =>
  ({ kind: 'resolve', by: 'Ada', paid, payAgain, evidence: 'the bank statement' }) as const;
const reschedule = (scheduledAt: string) => ({ kind: 'reschedule', by: 'Ada', scheduledAt }) as const;

async function start(options: BedOptions, fates: readonly Fate[] = [], more: object = {}) {
  const bed = makeBed(options);
  bed.bank.fates = [...fates];
  const worker = bed.worker();
  const view = await worker.submit({ ...about, request: requestFor(options.contract, more) });
  return { bed, worker, view };
}

/** A doubt that had its time: a person may speak. */
async function startInDoubt(fate: Fate = 'call_lost', more: Partial<BedOptions> = {}) {
  const started = await start({ contract: 'unguarded', ...more }, [fate]);
  const view = await drive(started.bed, started.worker, started.view, started.bed.clock.nowMs() + SETTLED_MS);
  expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
  return started;
}

const decisionsOf = ({ ledger }: Bed) => ledger.facts(REFERENCE).decisions.map(({ kind }) => kind);

describe('a cancel', () => {
  it('ends what waits for its date', async () => {
    const { bed, worker } = await start({ contract: 'unguarded' }, [], { scheduledAt: '2026-02-01T00:00:00Z' });
    expect(await decideAs(worker, CANCEL)).toMatchObject({ status: 'canceled', next: { do: 'end' } });
    expect(await worker.submit(about)).toMatchObject({ status: 'canceled' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('ends what waits for the operator', async () => {
    const { worker } = await start({ contract: 'unguarded' }, ['no_funds']);
    expect(await decideAs(worker, CANCEL)).toMatchObject({ status: 'canceled' });
  });

  it('does not end what may have been paid', async () => {
    const { worker } = await start({ contract: 'unguarded' }, ['call_lost']);
    expect(await decideAs(worker, CANCEL)).toMatchObject({ status: 'in_doubt' });
  });

  it.each(['idempotent', 'guarded'] as const)('in doubt forbids another request: %s', async (contract) => {
    const { bed, worker, view } = await start({ contract }, ['call_lost']);
    expect(view.status).toBe('in_doubt');
    await decideAs(worker, CANCEL);
    const ended = await drive(bed, bed.worker({ guardProven: true }), await worker.lookUp(about));
    expect(ended.status).toBe('canceled');
    expect(ended.evidence).toMatch(/^canceled by Ada; nothing was paid: /);
    expect(bed.ledger.exchanges(REFERENCE)).toHaveLength(1);
    expect(bed.bank.payments).toEqual([]);
  });

  it.each(['guarded', 'unguarded'] as const)(
    'of what was told "later" reads the records first, since it may have been paid all the same: %s',
    async (contract) => {
      for (const isPaid of [true, false]) {
        const { bed, worker } = await start({ contract }, ['throttled']);
        const [payment] = isPaid ? [{ reference: REFERENCE, key: 'key', atMs: bed.clock.nowMs() }] : [];
        if (payment) bed.bank.payments.push(payment);
        const asked = await decideAs(worker, CANCEL);
        expect(asked).toMatchObject({ status: 'created', waitingFor: 'provider' });
        const ended = await drive(bed, worker, asked);
        expect(ended.status).toBe(isPaid ? 'sent' : 'canceled');
        expect(bed.bank.arrived).toHaveLength(1);
      }
    },
  );

  it('comes too late for what was accepted', async () => {
    const { worker } = await start({ contract: 'unguarded' });
    expect(await decideAs(worker, CANCEL)).toMatchObject({ status: 'pending' });
  });

  it('means nothing any more for what has ended, and is not kept', async () => {
    const { bed, worker } = await start({ contract: 'unguarded' }, ['refused']);
    expect(await decideAs(worker, CANCEL)).toMatchObject({ status: 'error' });
    expect(decisionsOf(bed)).toEqual([]);
  });

  it('counts once, however often its message comes', async () => {
    const { bed, worker } = await start({ contract: 'unguarded' });
    for (let times = 0; times < 3; times += 1) await decideAs(worker, CANCEL, 'the same');
    expect(decisionsOf(bed)).toEqual(['cancel']);
  });

  it('is carried to a provider that already has the payout, and only what is read back is believed', async () => {
    const bed = makeBed({ contract: 'idempotent', scheduling: 'provider' });
    const present = (status: 'ready' | 'canceled'): Sighting => ({
      kind: 'present',
      seen: { status, providerReference: 'pay_A', date: '2026-02-01T00:00:00.000Z' },
      because: `it shows ${status}`,
    });
    let canceled = 0;
    const worker = bed.worker({
      change: () => ({
        cancel: async () => {
          canceled += 1;
          return present(canceled < 3 ? 'ready' : 'canceled');
        },
      }),
    });
    bed.bank.sighting = present('ready');
    await worker.submit({ ...about, request: requestFor('idempotent', { scheduledAt: '2026-02-01T00:00:00Z' }) });
    await worker.lookUp(about);
    const view = await drive(bed, worker, await decideAs(worker, CANCEL));
    expect([view.status, canceled]).toEqual(['canceled', 3]);
  });
});

describe('a word that the operator has mended it', () => {
  it('lets it go on at once', async () => {
    const { bed, worker } = await start({ contract: 'unguarded' }, ['no_funds']);
    bed.clock.advance(1_000);
    expect((await decideAs(worker, RESUME)).next).toEqual({ do: 'submit' });
    expect(await worker.submit(about)).toMatchObject({ status: 'pending' });
  });
});

describe('another date', () => {
  const LATER = '2026-03-01T00:00:00.000Z';

  it.each([
    ['what waits for a date', [], { scheduledAt: '2026-02-01T00:00:00Z' }],
    ['what was refused and can be mended', ['no_funds'], {}],
    ['what was never sent', ['unsent'], {}],
  ] as const)('is kept for %s', async (_what, fates, more) => {
    const { bed, worker } = await start({ contract: 'unguarded' }, fates, more);
    const view = await decideAs(worker, reschedule('2026-03-01T01:00:00+01:00'));
    expect(view).toMatchObject({ status: 'ready', waitingFor: 'date', scheduledAt: LATER });
    await drive(bed, worker, view);
    expect(bed.bank.payments).toMatchObject([{ atMs: Date.parse(LATER) }]);
  });

  it.each([
    ['accepted', 'pending'],
    ['call_lost', 'in_doubt'],
    ['refused', 'error'],
  ] as const)('comes too late once it is %s', async (fate, status) => {
    const { bed, worker } = await start({ contract: 'unguarded' }, [fate]);
    await expect(decideAs(worker, reschedule(LATER))).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: `too late to reschedule ${REFERENCE}: it is ${status}`,
    });
    expect(decisionsOf(bed)).toEqual([]);
  });

  it.each([
    ['is no instant', 'tomorrow', 'is no instant'],
    ['is no day of the calendar', '2026-02-30T00:00:00Z', 'is no instant'],
    ['has passed', '2025-12-31T00:00:00Z', 'is past'],
  ])('is refused where it %s', async (_what, date, problem) => {
    const { bed, worker } = await start({ contract: 'unguarded' }, ['no_funds']);
    await expect(decideAs(worker, reschedule(date))).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining(problem),
    });
    expect(decisionsOf(bed)).toEqual([]);
  });
});

describe('a person who ends a doubt', () => {
  it('says that it was paid', async () => {
    const { worker } = await startInDoubt('reply_lost', { lagMs: 10 * SETTLED_MS });
    const view = await decideAs(worker, word(true));
    expect(view).toMatchObject({ status: 'sent', evidence: 'Ada says that it was paid: the bank statement' });
    expect(await worker.submit(about)).toMatchObject({ status: 'sent', next: { do: 'end' } });
  });

  it('says that it was not paid, and nothing more is sent', async () => {
    const { bed, worker } = await startInDoubt();
    expect(await decideAs(worker, word(false))).toMatchObject({ status: 'error', next: { do: 'end' } });
    expect(await worker.submit(about)).toMatchObject({ status: 'error' });
    expect(bed.bank.arrived).toHaveLength(0);
  });

  it('says to pay again, and it is paid once more, and not twice more', async () => {
    const { bed, worker } = await startInDoubt();
    const view = await decideAs(worker, word(false, true));
    expect(view).toMatchObject({ status: 'in_doubt', next: { do: 'submit' } });
    await Promise.all([1, 2, 3].map(() => worker.submit(about)));
    const ended = await drive(bed, worker, await worker.submit(about));
    expect([ended.status, bed.bank.paid(REFERENCE)]).toEqual(['sent', 1]);
    expect(bed.ledger.exchanges(REFERENCE).map(({ grounds }) => grounds)).toEqual(['first', 'person_decided']);
  });

  it('says to pay again, and that is a doubt too: nobody pays a third time', async () => {
    const { bed, worker } = await startInDoubt();
    bed.bank.fates = ['call_lost'];
    const view = await drive(bed, worker, await decideAs(worker, word(false, true)), bed.clock.nowMs() + 86_400_000);
    expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'person' });
    expect(bed.ledger.exchanges(REFERENCE)).toHaveLength(2);
  });

  it('is overruled by the records, whatever is said', async () => {
    const { bed, worker } = await startInDoubt();
    const seen = { status: 'sent', providerReference: 'pay_A' } as const;
    bed.bank.sighting = { kind: 'present', seen, because: 'it is there by now' };
    const view = await decideAs(worker, word(false, true));
    expect(view).toMatchObject({ status: 'sent', evidence: 'it is there by now' });
    expect(decisionsOf(bed)).toEqual([]);
  });

  it('is not heard before absence could be known', async () => {
    const { bed, worker } = await start({ contract: 'unguarded' }, ['call_lost']);
    bed.clock.advance(SETTLED_MS - 1);
    await expect(decideAs(worker, word(false))).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringMatching(/^too early: until 2026-01-01T00:05:40\.000Z/),
    });
    bed.clock.advance(1);
    expect(await decideAs(worker, word(false))).toMatchObject({ status: 'error' });
  });

  it('is not heard while a request is on its way', async () => {
    const bed = makeBed({ contract: 'unguarded' });
    bed.bank.fates = ['throws'];
    const worker = bed.worker();
    await worker.submit({ ...about, request: requestFor('unguarded') }).catch(() => undefined);
    expect(await worker.submit(about)).toMatchObject({ status: 'in_doubt' });
    await expect(decideAs(worker, word(false, true))).rejects.toMatchObject({ code: 'DecisionRefused' });
  });

  it('is not heard where there is no doubt', async () => {
    const { worker } = await start({ contract: 'unguarded' });
    await expect(decideAs(worker, word(true))).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: `${REFERENCE} is pending, not in doubt: there is nothing to resolve`,
    });
  });

  it('cannot have it paid again while the records cannot be read', async () => {
    const { bed, worker } = await startInDoubt();
    bed.bank.sighting = { kind: 'unreadable', waitingFor: 'provider', because: 'answered 503' };
    await expect(decideAs(worker, word(false, true))).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringContaining('answered 503'),
    });
    expect(await decideAs(worker, word(false))).toMatchObject({ status: 'error' });
  });

  it('is found to be wrong by the records: that is a break, and it is sent', async () => {
    const { bed, worker } = await startInDoubt('reply_lost', { lagMs: 2 * SETTLED_MS });
    expect(await decideAs(worker, word(false))).toMatchObject({ status: 'error' });
    bed.clock.advance(3 * SETTLED_MS);
    expect(await worker.lookUp(about)).toMatchObject({ status: 'sent' });
    expect(bed.ledger.events(REFERENCE).at(-1)).toMatchObject({ status: 'sent', isBreak: true });
    expect(await worker.submit(about)).toMatchObject({ status: 'sent' });
  });

  // The step is taken again when its worker dies after the commit; what it wrote counts, and its caller should hear so.
  it('hears that it counted, although the answer to the first try was lost', async () => {
    const { worker } = await startInDoubt();
    await decideAs(worker, word(false), 'the same');
    await expect(decideAs(worker, word(false), 'the same')).resolves.toMatchObject({ status: 'error' });
  });
});
