import type { EffectContract } from '../payout/contract.js';
import type { Attempt, Claim, DecisionMade, Facts, State } from '../payout/facts.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Grounds } from '../payout/grounds.js';
import type { Ruling } from '../payout/decide.js';
import type { Call, Outcome, Snapshot } from '../payout/outcome.js';

/** The ledger's steps inside one transaction. The simulation implements the same. */
export interface LedgerTransaction {
  /**
   * What this database is. Read first: nothing is written to a ledger that is not the expected one. With a reference, that payout is
   * locked on the way.
   */
  standing(locking?: string): Promise<Standing>;
  /** Claims the reference. `undefined`: somebody has claimed it before (or one that differs only in case). */
  claim(claim: Omit<Claim, 'claimedAtMs'>): Promise<Facts | undefined>;
  /**
   * Claims the reference and writes its first exchange, in one statement. `undefined`, and nothing is written: somebody has claimed it
   * before, or this ledger is not the given one, is not accepted, or is newer than this program.
   */
  claimFirst<C extends EffectContract>(first: FirstCall<C>): Promise<number | undefined>;
  /** All that is known of a payout; locks it until the transaction ends. */
  facts(reference: string): Promise<Facts | undefined>;
  /** A claimed reference that differs from this one only in case. */
  caseTwin(reference: string): Promise<string | undefined>;

  openAttempt(
    reference: string,
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call' | 'subject'>,
  ): Promise<number>;
  /** Writes an exchange before it is made. Without grounds there is none. */
  openExchange<C extends EffectContract>(exchange: NewExchange<C>): Promise<number>;
  recordOutcome(exchangeId: number, outcome: Outcome): Promise<void>;
  /** The exchange that one step wrote under its own token, if the ledger has it and no outcome of it. */
  exchangeOpenedBy(reference: string, worker: string): Promise<number | undefined>;
  /** False: this message was counted before. */
  recordDecision(reference: string, decision: DecisionMade, messageId: string): Promise<boolean>;
  isCounted(reference: string, messageId: string): Promise<boolean>;
  /**
   * Appends a status row where the ruling says something new, and returns the state as it then is. `untold`: its carrier has not
   * heard of it, and is to be told. `answered`: the outcome that it rests on, written down with it.
   */
  recordRuling(facts: Facts, ruling: Ruling, untold?: 'untold', answered?: Answered): Promise<State>;

  /** Draws a ticket, or finds ours, and says who is served. Without a lease the place is held until released. */
  enterLane(lane: string, reference: string, rank: number, lease?: Lease): Promise<LanePlace>;
  /** From now on nobody of a lower rank is let in before us. */
  engageLanes(reference: string): Promise<void>;
  leaveLanes(reference: string, only?: 'leased'): Promise<void>;

  /** From now on it has a carrier of its own. */
  leaveGroup(reference: string): Promise<void>;

  /** Other payouts of the account that the provider has for certain, newest first. */
  controls(claim: Claim, limit: number): Promise<{ reference: string; providerReference: string }[]>;

  /** The payouts of the account that may change at the provider without us, those longest unseen first. */
  watched(account: AccountOfClaims): Promise<Watched[]>;
  /** The payouts of the account that these rows of the provider's list may be, by its ids and by our tags. */
  listed(
    account: AccountOfClaims,
    providerReferences: readonly string[],
    references: readonly string[],
  ): Promise<Listed[]>;
  /** These were just seen to be as they are written down: who may return need not be looked at before the given instant. */
  sighted(references: readonly string[], lookAgainAtMs: number): Promise<void>;
  /** Whose carriers have not heard of what was written down. */
  untold(account: Pick<AccountOfClaims, 'provider' | 'account'>): Promise<string[]>;
  told(references: readonly string[]): Promise<void>;
  /** The accounts of these providers that have payouts to watch, now or within that time. */
  watchedAccounts(providers: readonly string[], withinMs: number): Promise<{ provider: string; account: string }[]>;

  /** Open payouts whose next step was due longer ago than the grace: by reference, those after the given one. */
  overdue(graceMs: number, limit: number, after: string): Promise<string[]>;
}

export interface Standing {
  readonly ledgerId: string;
  readonly salt: string;
  readonly nowMs: number;
  /** False after a restore or a promotion that nobody has accepted. */
  readonly accepted: boolean;
  readonly identity: string;
  readonly newestMigration: string;
}

/** The first call of a payout that nobody has heard of. */
export interface FirstCall<C extends EffectContract> extends Pick<
  NewExchange<C>,
  'contract' | 'grounds' | 'snapshot' | 'worker'
> {
  readonly claim: Omit<Claim, 'claimedAtMs'>;
  /** The ledger that it is to be written to. */
  readonly ledgerId: string;
  readonly idempotencyKey: string;
  readonly call: Call;
  /** From the claim on, milliseconds. */
  readonly sendWithinMs: number;
  readonly closesWithinMs: number;
}

/** What came of an exchange. */
export interface Answered {
  readonly exchangeId: number;
  readonly outcome: Outcome;
}

export type AccountOfClaims = Pick<Claim, 'provider' | 'account' | 'host'>;

export interface Watched {
  readonly reference: string;
  readonly providerReference: string | null;
}

/** What a row of the provider's list is compared with. */
export interface Listed extends Watched, Pick<State, 'status' | 'mayReturn' | 'sinceMs' | 'providerDateMs'> {
  readonly request: PayoutRequest;
}

export interface NewExchange<C extends EffectContract> {
  readonly contract: C;
  readonly grounds: Grounds<C>;
  readonly attemptId: number;
  readonly openedAtMs: number;
  readonly sendByMs: number;
  readonly closesAtMs: number;
  readonly credentials: string;
  readonly snapshot: Snapshot | null;
  /** Who wrote it: the worker, and a token that is this step's alone. */
  readonly worker: string;
}

/** How long a place is kept for one who does not come back, milliseconds: waiting, and being served. */
export interface Lease {
  readonly waitingMs: number;
  readonly servedMs: number;
}

export interface LanePlace {
  readonly served: boolean;
  /** How many are served before us. */
  readonly ahead: number;
  /** Whether an open ticket of a lower rank exists. */
  readonly lowerRankWaits: boolean;
  /** Who is served now. */
  readonly servedReference: string;
}

export type { Call, Snapshot };
