import { freshFacts } from '../../src/ledger/fresh-facts.js';
import { NEWEST_MIGRATION } from '../../src/ledger/migrations/index.js';
import { nextState } from '../../src/ledger/next-state.js';
import type {
  AccountOfClaims,
  Answered,
  FirstCall,
  LanePlace,
  Lease,
  LedgerTransaction,
  Listed,
  NewExchange,
  Standing,
  Watched,
} from '../../src/ledger/transaction.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { Ruling } from '../../src/payout/decide.js';
import type { Attempt, Claim, DecisionMade, Facts, State } from '../../src/payout/facts.js';
import type { Outcome } from '../../src/payout/outcome.js';
import { isEnding } from '../../src/payout/status.js';
import {
  asJson,
  factsOf,
  type AttemptRow,
  type EventRow,
  type PayoutRow,
  type Tables,
  type TicketRow,
} from './memory-tables.js';

export interface Surroundings {
  /** The database's clock. */
  nowMs(): number;
  standing(): Standing;
}

/** The steps of one transaction. Every change knows how to be undone. */
export class MemoryTransaction implements LedgerTransaction {
  protected readonly undoing: (() => void)[] = [];
  private hasEnded = false;

  constructor(
    protected readonly tables: Tables,
    private readonly around: Surroundings,
  ) {}

  async standing(): Promise<Standing> {
    this.expectOpen();
    return this.around.standing();
  }

  async claim(given: Omit<Claim, 'claimedAtMs'>, carrier: string | null = null): Promise<Facts | undefined> {
    const nowMs = this.begin();
    const { reference } = given;
    const folded = reference.toLowerCase();
    if (this.tables.folded.has(folded)) return undefined;
    const claim: Claim = asJson({ ...given, claimedAtMs: nowMs });
    const id = this.nextId();
    const { state, history } = freshFacts(claim, nowMs, id);
    const row: PayoutRow = {
      claim,
      state,
      updatedAtMs: nowMs,
      isUntold: false,
      carrier,
      attempts: [],
      decisions: [],
      events: history.map((entry) => ({ ...entry, id, waitingFor: state.waitingFor, isBreak: false })),
    };
    this.put(this.tables.payouts, reference, row);
    this.put(this.tables.folded, folded, reference);
    return factsOf(row, nowMs);
  }

  async claimFirst<C extends EffectContract>(first: FirstCall<C>): Promise<number | undefined> {
    const { accepted, ledgerId, newestMigration } = this.around.standing();
    if (!accepted || ledgerId !== first.ledgerId || newestMigration > NEWEST_MIGRATION) return undefined;
    const { contract, grounds, snapshot, worker, idempotencyKey, call, claim } = first;
    const claimed = await this.claim(claim);
    if (!claimed) return undefined;
    const attemptId = await this.openAttempt(claim.reference, { number: 1, idempotencyKey, call, subject: null });
    const openedAtMs = claimed.nowMs;
    const times = {
      openedAtMs,
      sendByMs: openedAtMs + first.sendWithinMs,
      closesAtMs: openedAtMs + first.closesWithinMs,
    };
    const { credentials } = claim;
    return this.openExchange({ contract, grounds, attemptId, ...times, credentials, snapshot, worker });
  }

  async facts(reference: string): Promise<Facts | undefined> {
    const nowMs = this.begin();
    const row = this.tables.payouts.get(reference);
    return row && factsOf(row, nowMs);
  }

  async caseTwin(reference: string): Promise<string | undefined> {
    this.expectOpen();
    const claimed = this.tables.folded.get(reference.toLowerCase());
    return claimed === reference ? undefined : claimed;
  }

  async openAttempt(
    reference: string,
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call' | 'subject'>,
  ): Promise<number> {
    this.expectOpen();
    if (this.tables.keys.has(attempt.idempotencyKey)) throw new Error('duplicate key: attempts.idempotency_key');
    return this.putAttempt({ ...asJson(attempt), id: this.nextId(), references: [reference], exchanges: [] });
  }

  async openExchange<C extends EffectContract>(exchange: NewExchange<C>): Promise<number> {
    this.expectOpen();
    const { attemptId, grounds, openedAtMs, sendByMs, closesAtMs, credentials, snapshot, worker } = exchange;
    const attempt = this.tables.attempts.get(attemptId);
    if (!attempt) throw new Error('foreign key: exchanges.attempt_id');
    const id = this.nextId();
    const times = {
      openedAtMs: Math.floor(openedAtMs),
      sendByMs: Math.floor(sendByMs),
      closesAtMs: Math.floor(closesAtMs),
    };
    const row = { id, ...times, credentials, snapshot: asJson(snapshot), outcomes: [], grounds: grounds.kind, worker };
    this.append(attempt.exchanges, row);
    this.put(this.tables.exchanges, id, row);
    return id;
  }

  async recordOutcome(exchangeId: number, outcome: Outcome): Promise<void> {
    const atMs = this.begin();
    const exchange = this.tables.exchanges.get(exchangeId);
    if (!exchange) throw new Error('foreign key: outcomes.exchange_id');
    this.append(exchange.outcomes, { atMs, outcome: asJson(outcome) });
  }

  async recordDecision(reference: string, decision: DecisionMade, messageId: string): Promise<boolean> {
    const atMs = this.begin();
    const { decisions } = this.payout(reference);
    if (decisions.some((one) => one.messageId === messageId)) return false;
    this.append(decisions, { ...asJson(decision), id: this.nextId(), atMs, messageId });
    return true;
  }

  async exchangeOpenedBy(reference: string, worker: string): Promise<number | undefined> {
    this.expectOpen();
    const exchanges = this.tables.payouts.get(reference)?.attempts.flatMap((attempt) => attempt.exchanges) ?? [];
    return exchanges.find((exchange) => exchange.worker === worker && exchange.outcomes.length === 0)?.id;
  }

  async isCounted(reference: string, messageId: string): Promise<boolean> {
    this.expectOpen();
    return this.payout(reference).decisions.some((one) => one.messageId === messageId);
  }

  async recordRuling(facts: Facts, ruling: Ruling, untold?: 'untold', answered?: Answered): Promise<State> {
    const nowMs = this.begin();
    if (answered) await this.recordOutcome(answered.exchangeId, answered.outcome);
    const { reference } = facts.claim;
    const row = this.payout(reference);
    const { status, waitingFor, evidence, isBreak } = ruling;
    const { state: before } = facts;
    const saysNew = status !== before.status || waitingFor !== before.waitingFor || evidence !== before.evidence;
    const event: EventRow = { id: this.nextId(), atMs: nowMs, status, waitingFor, evidence, isBreak };
    if (saysNew) this.append(row.events, event);
    const state = { ...nextState(facts, ruling), version: saysNew ? event.id : row.state.version };
    const isUntold = row.isUntold || untold === 'untold';
    this.assign(row, { state: asJson(state), updatedAtMs: nowMs, isUntold });
    if (isEnding(status)) this.release(this.openTickets((ticket) => ticket.reference === reference));
    return state;
  }

  async enterLane(lane: string, reference: string, rank: number, lease?: Lease): Promise<LanePlace> {
    const nowMs = this.begin();
    this.payout(reference);
    const until = (ms: number | undefined): number | null => (ms === undefined ? null : nowMs + ms);
    const leasedUntilMs = until(lease?.waitingMs);
    const [own] = this.openTickets((ticket) => ticket.lane === lane && ticket.reference === reference);
    const isThere = own && (own.leasedUntilMs === null || own.leasedUntilMs > nowMs);
    if (own) this.assign(own, { leasedUntilMs, engaged: own.engaged && isThere === true });
    else {
      const ticket = { id: this.nextId(), lane, reference, rank, engaged: false, leasedUntilMs };
      this.tables.tickets.add(ticket);
      this.undoing.push(() => this.tables.tickets.delete(ticket));
    }
    const open = this.openTickets(
      (ticket) => ticket.lane === lane && (ticket.leasedUntilMs === null || ticket.leasedUntilMs > nowMs),
    ).toSorted((a, b) => Number(b.engaged) - Number(a.engaged) || a.rank - b.rank || a.id - b.id);
    const [first] = open;
    if (!first) return { served: false, servedReference: reference, ahead: 0, lowerRankWaits: false };
    const served = first.reference === reference;
    if (served && lease) this.assign(first, { leasedUntilMs: until(lease.servedMs), engaged: true });
    return {
      served,
      servedReference: first.reference,
      ahead: open.findIndex((ticket) => ticket.reference === reference),
      lowerRankWaits: open.some((ticket) => ticket.rank < rank),
    };
  }

  async engageLanes(reference: string): Promise<void> {
    this.expectOpen();
    for (const ticket of this.openTickets((one) => one.reference === reference)) this.assign(ticket, { engaged: true });
  }

  async leaveLanes(reference: string, only?: 'leased'): Promise<void> {
    this.expectOpen();
    this.release(
      this.openTickets((one) => one.reference === reference && (only === undefined || one.leasedUntilMs !== null)),
    );
  }

  async leaveGroup(reference: string): Promise<void> {
    this.expectOpen();
    this.assign(this.payout(reference), { carrier: null });
  }

  async controls(claim: Claim, limit: number): Promise<{ reference: string; providerReference: string }[]> {
    this.expectOpen();
    const isNear = ({ request }: Claim): number =>
      'accountConnection' in request && 'accountConnection' in claim.request
        ? Number(request.accountConnection === claim.request.accountConnection)
        : 0;
    return [...this.tables.payouts.values()]
      .filter(({ claim: other }) => other.reference !== claim.reference && isSameAccount(other, claim))
      .toSorted((a, b) => isNear(b.claim) - isNear(a.claim) || b.updatedAtMs - a.updatedAtMs)
      .flatMap(({ claim: { reference }, state: { providerReference } }) =>
        providerReference === null ? [] : [{ reference, providerReference }],
      )
      .slice(0, limit);
  }

  async watched(account: AccountOfClaims): Promise<Watched[]> {
    const nowMs = this.begin();
    return [...this.tables.payouts.values()]
      .filter(({ claim, state }) => isSameAccount(claim, account) && isWatched(state, nowMs))
      .toSorted((a, b) => a.updatedAtMs - b.updatedAtMs)
      .map(({ claim: { reference }, state: { providerReference } }) => ({ reference, providerReference }));
  }

  async listed(
    account: AccountOfClaims,
    providerReferences: readonly string[],
    references: readonly string[],
  ): Promise<Listed[]> {
    this.expectOpen();
    const isNamed = ({ claim, state }: PayoutRow): boolean =>
      references.includes(claim.reference) || providerReferences.some((id) => id === state.providerReference);
    return [...this.tables.payouts.values()]
      .filter((row) => isSameAccount(row.claim, account) && isNamed(row))
      .map(({ claim: { reference, request }, state }) => asJson({ ...state, reference, request }));
  }

  async sighted(references: readonly string[], lookAgainAtMs: number): Promise<void> {
    const updatedAtMs = this.begin();
    for (const row of references.flatMap((reference) => this.tables.payouts.get(reference) ?? [])) {
      const { state } = row;
      const isReturnable = state.status === 'sent' && state.mayReturn;
      this.assign(row, { updatedAtMs, ...(isReturnable ? { state: { ...state, nextAtMs: lookAgainAtMs } } : {}) });
    }
  }

  async untold({ provider, account }: Pick<AccountOfClaims, 'provider' | 'account'>): Promise<string[]> {
    this.expectOpen();
    return [...this.tables.payouts.values()]
      .filter(({ claim, isUntold }) => isUntold && claim.provider === provider && claim.account === account)
      .map(({ claim }) => claim.reference);
  }

  async told(references: readonly string[]): Promise<void> {
    this.expectOpen();
    for (const reference of references) this.assign(this.payout(reference), { isUntold: false });
  }

  async watchedAccounts(
    providers: readonly string[],
    withinMs: number,
  ): Promise<{ provider: string; account: string }[]> {
    const nowMs = this.begin();
    const accounts = [...this.tables.payouts.values()]
      .filter(
        ({ claim, state, isUntold }) =>
          providers.includes(claim.provider) && (isUntold || isWatched(state, nowMs + withinMs)),
      )
      .map(({ claim: { provider, account } }) => JSON.stringify({ provider, account }));
    return [...new Set(accounts)].map((one) => JSON.parse(one) as { provider: string; account: string });
  }

  async overdue(graceMs: number, limit: number, after: string): Promise<string[]> {
    const dueMs = this.begin() - graceMs;
    return [...this.tables.payouts.values()]
      .filter(
        ({ claim, carrier, state: { nextAtMs } }) =>
          carrier === null && nextAtMs !== null && nextAtMs < dueMs && claim.reference > after,
      )
      .map(({ claim }) => claim.reference)
      .toSorted()
      .slice(0, limit);
  }

  /** What it wrote stays, whatever is thrown from now on. */
  keep(): void {
    this.undoing.length = 0;
  }

  undo(): void {
    for (const one of this.undoing.splice(0).toReversed()) one();
  }

  /** From now on it can do nothing: a step that kept it past its transaction would write outside of any. */
  end(): void {
    this.hasEnded = true;
  }

  protected begin(): number {
    this.expectOpen();
    return this.around.nowMs();
  }

  protected expectOpen(): void {
    if (this.hasEnded) throw new Error('the transaction has ended');
  }

  protected nextId(): number {
    this.tables.lastId += 1;
    return this.tables.lastId;
  }

  protected payout(reference: string): PayoutRow {
    const row = this.tables.payouts.get(reference);
    if (!row) throw new Error('foreign key: reference');
    return row;
  }

  protected putAttempt(row: AttemptRow): number {
    for (const reference of row.references) this.append(this.payout(reference).attempts, row);
    this.put(this.tables.attempts, row.id, row);
    this.tables.keys.add(row.idempotencyKey);
    this.undoing.push(() => this.tables.keys.delete(row.idempotencyKey));
    return row.id;
  }

  protected openTickets(wanted: (ticket: TicketRow) => boolean): readonly TicketRow[] {
    return [...this.tables.tickets].filter(wanted);
  }

  private release(tickets: readonly TicketRow[]): void {
    for (const ticket of tickets) {
      this.tables.tickets.delete(ticket);
      this.undoing.push(() => this.tables.tickets.add(ticket));
    }
  }

  protected put<Key, Row>(rows: Map<Key, Row>, key: Key, row: Row): void {
    rows.set(key, row);
    this.undoing.push(() => rows.delete(key));
  }

  protected append<Row>(rows: Row[], row: Row): void {
    rows.push(row);
    this.undoing.push(() => rows.pop());
  }

  protected assign<Row extends object>(row: Row, change: Partial<Row>): void {
    const keys = Object.keys(change) as (keyof Row)[];
    const before = Object.fromEntries(keys.map((key) => [key, row[key]])) as Partial<Row>;
    Object.assign(row, change);
    this.undoing.push(() => Object.assign(row, before));
  }
}

const isWatched = ({ status, mayReturn, providerReference, providerDateMs }: State, nowMs: number): boolean => {
  if (status === 'sent') return mayReturn;
  return (
    !isEnding(status) &&
    status !== 'in_doubt' &&
    providerReference !== null &&
    (providerDateMs === null || providerDateMs < nowMs)
  );
};

const isSameAccount = (a: AccountOfClaims, b: AccountOfClaims): boolean =>
  a.provider === b.provider && a.account === b.account && a.host === b.host;
