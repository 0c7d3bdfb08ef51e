import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/ledger/ledger.js';
import { FakeClock } from './fake-clock.js';
import { drive, makeBed, REFERENCE, requestFor, type Bed, type WorkerOptions } from './bed.js';

const DATE = '2026-12-24T09:00:00.000Z';

describe('a first call that needs no reads', () => {
  const make = () => makeBed({ contract: 'idempotent', preparation: 'none' });
  /** A worker that knew its ledger when it began. */
  const begin = (bed: Bed, options: WorkerOptions = {}) => bed.worker({ standing: bed.ledger.standing(), ...options });
  const first = (more: object = {}) => ({ reference: REFERENCE, request: requestFor('idempotent', more) });

  it('is claimed and opened at once: the ledger is asked twice in all', async () => {
    const bed = make();
    let transactions = 0;
    const ledger: Ledger = {
      transaction(step) {
        transactions += 1;
        return bed.ledger.transaction(step);
      },
    };
    await begin(bed, { ledger }).submit(first());
    expect(transactions).toBe(2);
    expect(bed.bank.paid(REFERENCE)).toBe(1);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ grounds: 'first', outcomes: [{}] }]);
  });

  it('is made once, however many start it', async () => {
    const bed = make();
    await Promise.all([1, 2, 3].map(() => begin(bed).submit(first())));
    await begin(bed).submit(first());
    expect(bed.bank.paid(REFERENCE)).toBe(1);
    expect(bed.ledger.exchanges(REFERENCE)).toHaveLength(1);
  });

  it('is refused where the reference stands for something else', async () => {
    const bed = make();
    await begin(bed).submit(first());
    const other = begin(bed).submit(first({ amountMinor: 251 }));
    await expect(other).rejects.toMatchObject({ code: 'ReferenceConflict' });
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('waits for its date by the clock of the database, whatever that of the worker says', async () => {
    const bed = make();
    const clock = new FakeClock();
    clock.setWall(2 * 366 * 86_400_000);
    const view = await begin(bed, { clock }).submit(first({ scheduledAt: DATE }));
    expect(view).toMatchObject({ waitingFor: 'date', next: { do: 'wait', untilMs: Date.parse(DATE) } });
    expect(bed.bank.arrived).toEqual([]);
    expect(bed.ledger.exchanges(REFERENCE)).toEqual([]);
  });

  it('is not made where the answer to its commit is lost, and is made by the next step', async () => {
    const bed = make();
    bed.ledger.fate = () => {
      bed.ledger.fate = () => 'commits';
      return 'commits_unheard';
    };
    const worker = begin(bed);
    await expect(worker.submit(first())).rejects.toMatchObject({ code: 'LedgerUnreachable' });
    expect(bed.bank.arrived).toEqual([]);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ outcomes: [{ outcome: { kind: 'unsent' } }] }]);
    await drive(bed, worker, await worker.submit(first()));
    expect(bed.bank.paid(REFERENCE)).toBe(1);
  });

  it('is not made on a ledger that was restored since the worker began', async () => {
    const bed = make();
    const worker = begin(bed);
    bed.ledger.accepted = false;
    await expect(worker.submit(first())).rejects.toMatchObject({ code: 'LedgerNotAccepted' });
    expect(bed.ledger.references()).toEqual([]);
  });

  it('is not made where a workflow was begun on another ledger than the worker', async () => {
    const bed = make();
    const elsewhere = begin(bed).submit({ ...first(), ledgerId: 'another' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'LedgerMismatch' });
    expect(bed.ledger.references()).toEqual([]);
  });

  it('is not made by a worker that was frozen after it', async () => {
    const bed = make();
    const ledger: Ledger = {
      async transaction(step, statements) {
        const result = await bed.ledger.transaction(step);
        if (statements === 'one') bed.clock.advance(60_000);
        return result;
      },
    };
    await begin(bed, { ledger }).submit(first());
    expect(bed.bank.arrived).toEqual([]);
    expect(bed.ledger.exchanges(REFERENCE)).toMatchObject([{ outcomes: [{ outcome: { kind: 'unsent' } }] }]);
  });
});
