import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.js';
import { drive, makeBed, requestFor, type Bed, type BedOptions, type Worker } from './bed.js';

const A = 'study-1/p-a';
const B = 'study-1/p-b';
const C = 'study-1/p-c';
const UNREADY = { kind: 'unready', waitingFor: 'provider', message: 'answered 503' } as const;

const submit = ({ contract }: Bed, worker: Worker, reference: string) =>
  worker.submit({ reference, request: requestFor(contract, { reference }) });

const SUBJECT: BedOptions = { contract: 'unguarded', lanes: { subject: 'subject' } };
const CALL: BedOptions = { contract: 'unguarded', lanes: { subject: 'subject', call: 'call' } };

describe('two payouts of one subject', () => {
  it('are paid one after the other: the second waits until the first has ended', async () => {
    const bed = makeBed({ ...SUBJECT, lagMs: 60_000 });
    const worker = bed.worker();
    const first = await submit(bed, worker, A);
    const second = await submit(bed, worker, B);
    expect(first.status).toBe('pending');
    expect(second).toMatchObject({ status: 'created', waitingFor: 'lane', evidence: `waits in the lane behind ${A}` });
    expect(bed.bank.payments).toHaveLength(1);
    expect(await drive(bed, worker, first)).toMatchObject({ status: 'sent' });
    expect(await drive(bed, worker, second)).toMatchObject({ status: 'sent' });
    expect(bed.bank.payments.map(({ reference }) => reference)).toEqual([A, B]);
  });

  it('are not paid past a doubt about the first: its records have to stay ours', async () => {
    const bed = makeBed(SUBJECT);
    bed.bank.fates = ['call_lost'];
    const worker = bed.worker();
    const first = await submit(bed, worker, A);
    const second = await submit(bed, worker, B);
    await drive(bed, worker, first, bed.clock.nowMs() + 86_400_000);
    expect(await worker.submit({ reference: B })).toMatchObject({ waitingFor: 'lane' });
    expect(second.waitingFor).toBe('lane');
    expect(bed.bank.paid(B)).toBe(0);
    const decision = { kind: 'resolve', by: 'Ada', paid: false, payAgain: false, evidence: 'none there' } as const;
    await worker.makeDecision({ reference: A, decision, messageId: 'm1' });
    await drive(bed, worker, await worker.submit({ reference: B }));
    expect(bed.bank.paid(B)).toBe(1);
  });

  it('are served in the order in which they came', async () => {
    const bed = makeBed({ ...SUBJECT, lagMs: 60_000 });
    const worker = bed.worker();
    const first = await submit(bed, worker, A);
    await submit(bed, worker, B);
    await submit(bed, worker, C);
    await drive(bed, worker, first);
    expect(await worker.submit({ reference: C })).toMatchObject({ evidence: `waits in the lane behind ${B}` });
    await drive(bed, worker, await worker.submit({ reference: B }));
    await drive(bed, worker, await worker.submit({ reference: C }));
    expect(bed.bank.payments.map(({ reference }) => reference)).toEqual([A, B, C]);
  });

  it('leave the lane when they are canceled', async () => {
    const bed = makeBed({ ...SUBJECT, lagMs: 60_000 });
    const worker = bed.worker();
    const first = await submit(bed, worker, A);
    await submit(bed, worker, B);
    await submit(bed, worker, C);
    const cancel = { kind: 'cancel', by: 'Ada', reason: '' } as const;
    expect(await worker.makeDecision({ reference: B, decision: cancel, messageId: 'm1' })).toMatchObject({
      status: 'canceled',
    });
    await drive(bed, worker, first);
    expect(await submit(bed, worker, C)).toMatchObject({ status: 'pending' });
    expect(bed.bank.paid(B)).toBe(0);
  });

  it('are kept apart by workers that do not know each other', async () => {
    const bed = makeBed({ ...SUBJECT, lagMs: 60_000 });
    await Promise.all([A, B, C].map((reference) => submit(bed, bed.worker({ name: reference }), reference)));
    expect(bed.bank.payments).toHaveLength(1);
  });
});

describe('the lane of calls', () => {
  const twoSubjects = (): Bed => {
    const bed = makeBed(CALL);
    const { account } = bed.bank;
    bed.bank.account = (given) => ({
      ...account.call(bed.bank, given),
      identify: async ({ reference }) => ({ kind: 'identified', subjectLane: `of ${reference}`, callLane: 'call' }),
    });
    return bed;
  };

  it('is left with the outcome, whatever it is', async () => {
    const bed = twoSubjects();
    bed.bank.fates = ['call_lost', 'accepted'];
    const worker = bed.worker();
    expect(await submit(bed, worker, A)).toMatchObject({ status: 'in_doubt' });
    expect(bed.ledger.tickets('call')).toEqual([]);
    expect(bed.ledger.tickets(`of ${A}`)).toEqual([A]);
    expect(await submit(bed, worker, B)).toMatchObject({ status: 'pending' });
  });

  it('is free again after a caller that died', async () => {
    const bed = twoSubjects();
    bed.bank.fates = ['throws'];
    const worker = bed.worker();
    await submit(bed, worker, A).catch(() => undefined);
    const second = await submit(bed, worker, B);
    expect(second).toMatchObject({ waitingFor: 'lane', evidence: `waits in the lane behind ${A}` });
    const started = bed.clock.nowMs();
    expect(await drive(bed, worker, second)).toMatchObject({ status: 'sent' });
    expect(bed.clock.nowMs() - started).toBeLessThan(180_000);
  });

  /** How often a worker asks the ledger. */
  const counting = ({ ledger }: Bed) => {
    let transactions = 0;
    const counted: Ledger = {
      transaction(step) {
        transactions += 1;
        return ledger.transaction(step);
      },
    };
    return { ledger: counted, transactions: () => transactions };
  };

  it('is asked for rarely by one who has many before it', async () => {
    const bed = twoSubjects();
    for (let index = 0; index < 40; index += 1) {
      const reference = `study-1/before-${index}`;
      await submit(bed, bed.worker({ change: () => ({ identify: async () => UNREADY }) }), reference);
      await bed.ledger.transaction((tx) => tx.enterLane('call', reference, 0, { waitingMs: 1e6, servedMs: 1e6 }));
    }
    const { ledger, transactions } = counting(bed);
    const startedMs = bed.clock.nowMs();
    expect(await submit(bed, bed.worker({ ledger }), A)).toMatchObject({ waitingFor: 'lane' });
    expect(bed.clock.nowMs() - startedMs).toBeGreaterThanOrEqual(30_000);
    expect(transactions()).toBeLessThan(20);
  });

  it('is not kept for one who waits for its next step', async () => {
    const bed = twoSubjects();
    bed.bank.fates = ['throws'];
    const worker = bed.worker();
    await submit(bed, worker, A).catch(() => undefined);
    // It waits behind the caller that died, and gives up for now. Then that one's place is free.
    expect(await submit(bed, worker, B)).toMatchObject({ waitingFor: 'lane' });
    await bed.ledger.transaction((tx) => tx.leaveLanes(A));
    const startedMs = bed.clock.nowMs();
    expect(await submit(bed, worker, C)).toMatchObject({ status: 'pending' });
    expect(bed.clock.nowMs() - startedMs).toBeLessThan(1_000);
    expect(await submit(bed, worker, B)).toMatchObject({ status: 'pending' });
  });

  it('is left by one that turns out not to be ready', async () => {
    const bed = twoSubjects();
    bed.bank.preparation = { kind: 'unready', waitingFor: 'operator', message: 'answered 403' };
    const worker = bed.worker();
    expect(await submit(bed, worker, A)).toMatchObject({ waitingFor: 'operator' });
    bed.bank.preparation = undefined;
    expect(await submit(bed, worker, B)).toMatchObject({ status: 'pending' });
  });
});

describe('a payment that has to come after another one of the same subject', () => {
  /** The n-th payment: the provider knows how many there were. */
  const ranked = (): Bed => {
    const bed = makeBed({ contract: 'guarded' });
    const { account } = bed.bank;
    bed.bank.account = (given) => {
      const own = account.call(bed.bank, given);
      return {
        ...own,
        identify: async (request) => ({
          kind: 'identified',
          subjectLane: 'subject',
          rank: 'payoutCount' in request ? request.payoutCount : 0,
        }),
        prepare: async (request, identity, earlier) => {
          const number = 'payoutCount' in request ? request.payoutCount : 0;
          const there = bed.bank.payments.length;
          return number > there + 1
            ? { kind: 'behind', message: `${there} were paid, so ${number} cannot be the next one` }
            : own.prepare(request, identity, earlier);
        },
      };
    };
    return bed;
  };
  const submitAs = (worker: Worker, reference: string, payoutCount: number) =>
    worker.submit({ reference, request: requestFor('guarded', { reference, payoutCount }) });

  it('waits for the earlier one, in whatever order they were started', async () => {
    const bed = ranked();
    const worker = bed.worker();
    const second = await submitAs(worker, B, 2);
    expect(second).toMatchObject({ status: 'created', waitingFor: 'lane' });
    const first = await submitAs(worker, A, 1);
    expect(await drive(bed, worker, first)).toMatchObject({ status: 'sent' });
    expect(await drive(bed, worker, second)).toMatchObject({ status: 'sent' });
    expect(bed.bank.payments.map(({ reference }) => reference)).toEqual([A, B]);
  });

  it('waits as long as the earlier one is open', async () => {
    const bed = ranked();
    bed.bank.fates = ['no_funds', 'no_funds', 'accepted'];
    const worker = bed.worker();
    const first = await submitAs(worker, A, 1);
    expect(first).toMatchObject({ waitingFor: 'operator' });
    const second = await submitAs(worker, B, 2);
    const waiting = await drive(bed, worker, second, bed.clock.nowMs() + 600_000);
    expect(waiting).toMatchObject({ status: 'created', waitingFor: 'lane' });
    await drive(bed, worker, first);
    expect(await drive(bed, worker, waiting)).toMatchObject({ status: 'sent' });
  });

  it('is refused when there is no earlier one after a moment of patience', async () => {
    const bed = ranked();
    const worker = bed.worker();
    const view = await drive(bed, worker, await submitAs(worker, B, 2));
    expect(view).toMatchObject({ status: 'error', evidence: '0 were paid, so 2 cannot be the next one' });
    expect(bed.bank.arrived).toHaveLength(0);
  });
});
