import type { Ruling } from '../payout/decide.js';
import type { Attempt, Claim, Facts } from '../payout/facts.js';
import type { OverdueGroup } from '../payout/group-input.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Progress } from '../payout/batch.js';
import type { LedgerTransaction } from './transaction.js';

/** The ledger's steps for many payouts at once, each of them one round trip whatever their number. */
export interface BatchTransaction extends LedgerTransaction {
  /** Writes rows of a file down. Returns the places of those that are not as they were written down before. */
  storeRows(batchId: string, columns: readonly string[], rows: readonly StoredRow[]): Promise<readonly number[]>;
  /** Whether so many rows are there. From then on the batch is complete and takes no others. */
  completeBatch(batchId: string, total: number): Promise<boolean>;
  isComplete(batchId: string): Promise<boolean>;
  /** Rows of a batch in the order of their references, those after the given one. */
  rowsAfter(batchId: string, after: string, limit: number): Promise<readonly PlannedRow[]>;
  assignCarriers(batchId: string, carriers: readonly CarrierOfRow[]): Promise<void>;
  /** Rows of the account that are neither claimed nor refused, in the order of their references. */
  unclaimedRows(batchId: string, account: AccountName, limit: number): Promise<readonly PlannedRow[]>;
  /** Claims those that nobody has claimed, and says which these were. */
  claimAll(claims: readonly NewClaim[]): Promise<readonly string[]>;
  /** Claimed rows of the account that have not ended and have no group, in the order of their references. */
  openAlone(batchId: string, account: AccountName, after: string, limit: number): Promise<readonly string[]>;
  /** Rows whose reference stands for something else, as far as the database can tell. */
  suspectRows(batchId: string, account: AccountName): Promise<readonly SuspectRow[]>;
  refuseRows(
    batchId: string,
    refusals: readonly { readonly reference: string; readonly refusal: string }[],
  ): Promise<void>;
  progress(batchId: string): Promise<Progress | undefined>;

  /** The open payouts of a group, in the order of their references. */
  openOf(carrier: string, limit: number): Promise<readonly string[]>;
  /** Those of them whose next step is due. */
  dueOf(carrier: string, limit: number): Promise<readonly string[]>;
  /** How many of them are open, and when the first has its next step, milliseconds from now. */
  restOf(carrier: string): Promise<{ readonly open: number; readonly nextMs: number }>;
  /** All that is known of these payouts; locks them until the transaction ends, in the order of their references. */
  factsOfAll(references: readonly string[]): Promise<readonly Facts[]>;
  /** These go on by themselves, or with the given carrier. */
  handOver(references: readonly string[], carrier: string | null): Promise<void>;
  /** One key and one body for several payouts. */
  openSharedAttempt(
    references: readonly string[],
    attempt: Pick<Attempt, 'number' | 'idempotencyKey' | 'call'>,
  ): Promise<number>;
  /** The payouts that a call asks for, and its body. */
  sharedAttempt(attemptId: number): Promise<{ readonly references: readonly string[]; readonly body: string }>;
  recordRulings(rulings: readonly RuledFacts[]): Promise<void>;
  /** Draws tickets in lanes that are held until released, or finds ours, and says who is not served yet. */
  enterLanes(tickets: readonly Ticket[]): Promise<readonly string[]>;
  engageAllLanes(references: readonly string[]): Promise<void>;
  /** The groups whose open payouts were due longer ago than the grace. */
  overdueCarriers(graceMs: number): Promise<readonly OverdueGroup[]>;
}

export interface StoredRow {
  readonly index: number;
  readonly request: PayoutRequest;
  readonly input: Readonly<Record<string, string>>;
}
export interface PlannedRow {
  readonly reference: string;
  readonly request: PayoutRequest;
  readonly carrier: string | null;
}
export interface SuspectRow {
  readonly reference: string;
  readonly request: PayoutRequest;
  readonly claimed: PayoutRequest;
}
export interface CarrierOfRow {
  readonly reference: string;
  readonly carrier: string | null;
}
export interface AccountName {
  readonly provider: string;
  readonly account: string;
}
export interface NewClaim extends Omit<Claim, 'claimedAtMs'> {
  readonly carrier: string | null;
}
export interface RuledFacts {
  readonly facts: Facts;
  readonly ruling: Ruling;
}
export interface Ticket {
  readonly lane: string;
  readonly reference: string;
  readonly rank: number;
}
