import type { Ledger } from '../../src/ledger/ledger.js';
import { NEWEST_MIGRATION } from '../../src/ledger/migrations/index.js';
import type { BatchTransaction } from '../../src/ledger/batch-transaction.js';
import type { Standing } from '../../src/ledger/transaction.js';
import { LedgerUnreachable } from '../../src/payout/errors.js';
import type { Facts } from '../../src/payout/facts.js';
import { MemoryBatchTransaction } from './memory-batch-transaction.js';
import {
  emptyTables,
  factsOf,
  type AttemptRow,
  type EventRow,
  type ExchangeRow,
  type PayoutRow,
  type Tables,
} from './memory-tables.js';

/** What becomes of a transaction when it would commit. */
export type Fate =
  | 'commits'
  /** Nothing of it is kept, and its caller is told so by an error. */
  | 'fails'
  /** All of it is kept, and its caller hears an error: the connection broke after the commit. */
  | 'commits_unheard';

export interface MemoryLedgerOptions {
  /** The database's clock, epoch milliseconds. */
  readonly nowMs: () => number;
  readonly ledgerId?: string;
  /** Asked once for every transaction that would commit. */
  readonly fate?: () => Fate;
}

/**
 * The ledger in memory, for tests and simulations: the rules of the Postgres one, a clock that a test holds, and no I/O at all,
 * so that a run depends on nothing but its seed. One transaction at a time; what a thrown one wrote is undone.
 *
 * What it leaves out: two transactions at once. Postgres lets them run beside each other until they want the same payout or lane.
 */
export class MemoryLedger implements Ledger<BatchTransaction> {
  /** Set to false, as after a restore or a promotion that nobody has accepted. */
  accepted = true;
  newestMigration = NEWEST_MIGRATION;
  fate: () => Fate;
  readonly ledgerId: string;
  private readonly nowMs: () => number;
  private readonly tables: Tables = emptyTables();
  private last: Promise<unknown> = Promise.resolve();

  constructor({ nowMs, ledgerId = 'memory', fate = () => 'commits' }: MemoryLedgerOptions) {
    this.nowMs = nowMs;
    this.ledgerId = ledgerId;
    this.fate = fate;
  }

  transaction<T>(step: (tx: BatchTransaction) => Promise<T>): Promise<T> {
    const run = this.last.then(() => this.run(step));
    this.last = run.catch(() => undefined);
    return run;
  }

  private async run<T>(step: (tx: BatchTransaction) => Promise<T>): Promise<T> {
    const tx = new MemoryBatchTransaction(this.tables, {
      nowMs: () => Math.floor(this.nowMs()),
      standing: () => this.standing(),
    });
    try {
      const result = await step(tx);
      const fate = this.fate();
      if (fate === 'commits') return result;
      if (fate === 'commits_unheard') tx.keep();
      throw new LedgerUnreachable('the ledger cannot be reached (Connection terminated)');
    } catch (error) {
      tx.undo();
      throw error;
    } finally {
      tx.end();
    }
  }

  standing(): Standing {
    return {
      ledgerId: this.ledgerId,
      salt: `salt of ${this.ledgerId}`,
      nowMs: Math.floor(this.nowMs()),
      accepted: this.accepted,
      identity: `${this.ledgerId}/1`,
      newestMigration: this.newestMigration,
    };
  }

  /** All that is known of a payout, read past every transaction. */
  facts(reference: string): Facts {
    return factsOf(this.payout(reference), Math.floor(this.nowMs()));
  }

  /** Every status row of a payout, the breaks too. */
  events(reference: string): readonly EventRow[] {
    return this.payout(reference).events;
  }

  /** Every request that was written down for a payout, in their order. */
  exchanges(reference: string): readonly ExchangeRow[] {
    return this.payout(reference).attempts.flatMap(({ exchanges }) => exchanges);
  }

  /** The group that carries it; null: it has a carrier of its own. */
  groupOf(reference: string): string | null {
    return this.payout(reference).carrier;
  }

  /** The call that was written down under that id, with all whom it asks for. */
  attempt(id: number): Pick<AttemptRow, 'references' | 'call' | 'idempotencyKey' | 'isShared'> {
    const row = this.tables.attempts.get(id);
    if (!row) throw new Error(`there is no attempt ${id}`);
    return row;
  }

  /** The references that are claimed, in the order of their claims. */
  references(): readonly string[] {
    return [...this.tables.payouts.keys()];
  }

  /** When its carrier means to act next; null: it has ended. */
  nextAtMs(reference: string): number | null {
    return this.payout(reference).state.nextAtMs;
  }

  isOpen(reference: string): boolean {
    return this.nextAtMs(reference) !== null;
  }

  /** Who holds or awaits a place in a lane, whether the lease has lapsed or not. */
  tickets(lane: string): readonly string[] {
    return [...this.tables.tickets].filter((ticket) => ticket.lane === lane).map(({ reference }) => reference);
  }

  private payout(reference: string): PayoutRow {
    const row = this.tables.payouts.get(reference);
    if (!row) throw new Error(`${reference} is not claimed`);
    return row;
  }
}
