import type { BatchTransaction, NewClaim, RuledFacts, Ticket } from '../../src/ledger/batch-transaction.js';
import type { Attempt, Facts } from '../../src/payout/facts.js';
import type { OverdueGroup } from '../../src/payout/group-input.js';
import { isEnding } from '../../src/payout/status.js';
import { MemoryTransaction } from './memory-transaction.js';
import { asJson, type PayoutRow, type TicketRow } from './memory-tables.js';

/** The steps for many payouts at once. Files are not simulated: what a batch writes down before it claims moves no money. */
export class MemoryBatchTransaction extends MemoryTransaction implements BatchTransaction {
  storeRows = noFiles;
  completeBatch = noFiles;
  isComplete = noFiles;
  rowsAfter = noFiles;
  assignCarriers = noFiles;
  unclaimedRows = noFiles;
  openAlone = noFiles;
  suspectRows = noFiles;
  refuseRows = noFiles;
  progress = noFiles;

  async claimAll(claims: readonly NewClaim[]): Promise<readonly string[]> {
    const claimed: string[] = [];
    for (const { carrier, ...claim } of inOrder(claims, (one) => one.reference))
      if (await this.claim(claim, carrier)) claimed.push(claim.reference);
    return claimed;
  }

  async openOf(carrier: string, limit: number): Promise<readonly string[]> {
    return this.openRows(carrier)
      .map(({ claim }) => claim.reference)
      .slice(0, limit);
  }

  async dueOf(carrier: string, limit: number): Promise<readonly string[]> {
    const nowMs = this.begin();
    return this.openRows(carrier)
      .filter(({ state: { nextAtMs } }) => nextAtMs !== null && nextAtMs <= nowMs)
      .map(({ claim }) => claim.reference)
      .slice(0, limit);
  }

  async restOf(carrier: string): Promise<{ open: number; nextMs: number }> {
    const nowMs = this.begin();
    const rows = this.openRows(carrier);
    const next = rows.flatMap(({ state: { nextAtMs } }) => nextAtMs ?? []);
    return { open: rows.length, nextMs: next.length === 0 ? 0 : Math.min(...next) - nowMs };
  }

  async factsOfAll(references: readonly string[]): Promise<readonly Facts[]> {
    const known = references.filter((reference) => this.tables.payouts.has(reference));
    const all = await Promise.all(inOrder(known, (one) => one).map((reference) => this.facts(reference)));
    return all.flatMap((facts) => facts ?? []);
  }

  async handOver(references: readonly string[], carrier: string | null): Promise<void> {
    this.expectOpen();
    for (const reference of references) this.assign(this.payout(reference), { carrier });
  }

  async openSharedAttempt(
    references: readonly string[],
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call'>,
  ): Promise<number> {
    this.expectOpen();
    if (this.tables.keys.has(attempt.idempotencyKey)) throw new Error('duplicate key: attempts.idempotency_key');
    const row = { ...asJson(attempt), id: this.nextId(), subject: null, isShared: true, exchanges: [] };
    return this.putAttempt({ ...row, references: [...references] });
  }

  async sharedAttempt(attemptId: number): Promise<{ references: readonly string[]; body: string }> {
    this.expectOpen();
    const attempt = this.tables.attempts.get(attemptId);
    if (!attempt) throw new Error('there is no such attempt');
    return { references: inOrder(attempt.references, (one) => one), body: attempt.call.body };
  }

  async recordRulings(rulings: readonly RuledFacts[]): Promise<void> {
    for (const { facts, ruling } of rulings) await this.recordRuling(facts, ruling);
  }

  async enterLanes(tickets: readonly Ticket[]): Promise<readonly string[]> {
    const nowMs = this.begin();
    for (const { lane, reference, rank } of inOrder(tickets, (one) => one.reference)) {
      this.payout(reference);
      if (this.openTickets((one) => one.lane === lane && one.reference === reference).length > 0) continue;
      const ticket: TicketRow = { id: this.nextId(), lane, reference, rank, engaged: false, leasedUntilMs: null };
      this.tables.tickets.add(ticket);
      this.undoing.push(() => this.tables.tickets.delete(ticket));
    }
    const servedIn = (lane: string): TicketRow | undefined =>
      this.openTickets(
        (one) => one.lane === lane && (one.leasedUntilMs === null || one.leasedUntilMs > nowMs),
      ).toSorted((a, b) => Number(b.engaged) - Number(a.engaged) || a.rank - b.rank || a.id - b.id)[0];
    return tickets.filter(({ lane, reference }) => servedIn(lane)?.reference !== reference).map((one) => one.reference);
  }

  async engageAllLanes(references: readonly string[]): Promise<void> {
    for (const reference of references) await this.engageLanes(reference);
  }

  async overdueCarriers(graceMs: number): Promise<readonly OverdueGroup[]> {
    const dueMs = this.begin() - graceMs;
    const late = [...this.tables.payouts.values()].filter(
      ({ carrier, state }) =>
        carrier !== null && state.nextAtMs !== null && state.nextAtMs < dueMs && !isEnding(state.status),
    );
    const groups = new Map(late.map((row) => [row.carrier as string, row.claim]));
    return inOrder([...groups], ([carrier]) => carrier).map(([carrier, { provider, account }]) => ({
      carrier,
      provider,
      account,
    }));
  }

  private openRows(carrier: string): readonly PayoutRow[] {
    this.expectOpen();
    const rows = [...this.tables.payouts.values()].filter(
      (row) => row.carrier === carrier && !isEnding(row.state.status),
    );
    return inOrder(rows, ({ claim }) => claim.reference);
  }
}

const noFiles = (): Promise<never> => Promise.reject(new Error('the ledger in memory holds no files'));

const inOrder = <T>(list: readonly T[], by: (one: T) => string): readonly T[] =>
  list.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
