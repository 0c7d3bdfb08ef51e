import type { z } from 'zod';
import type { Change } from '../payout/change.js';
import type { EffectContract } from '../payout/contract.js';
import type { Call, Outcome, Seen, Sighting, Snapshot } from '../payout/outcome.js';
import type { CommonRequest } from '../payout/request.js';
import type { Balance, Fees } from './balance.js';
import type { FileForm } from './file-form.js';
import type { Pace, Permit } from './pace.js';
import type { AccountConfig } from './request-rate.js';
import type { ProviderWebhook } from './webhook.js';

/**
 * A provider: one folder under `src/providers`, one line in the registry.
 *
 * Expected answers are values, surprises are thrown: no method throws for an HTTP reply or a network failure.
 * Every HTTP request ends within one total deadline, is never retried and never follows a redirect.
 */
export interface Provider<R extends CommonRequest = CommonRequest, A extends AccountConfig = AccountConfig> {
  readonly name: R['provider'];
  /** What a repeat of the paying call does. Picks the policy. */
  readonly contract: EffectContract;
  /** Who waits for `scheduledAt`: the provider's own schedule, or our durable timer. */
  readonly scheduling: 'provider' | 'timer';
  /** How long after the paying call the provider's records may still lag, unless configured, milliseconds. */
  readonly settleMs: number;
  /** `none`: the call is composed from the request alone, without reads and without lanes. */
  readonly preparation: 'none' | 'reads';
  /** Its accounts have lists that show what changed: one watcher reads them for all payouts. */
  readonly isWatched: boolean;
  /** One that it gave no id for is searched by our tag, which proves nothing without others that are there for certain. */
  readonly searchesByTag: boolean;
  /** How long the step that paid keeps looking for the end by itself, milliseconds: worth it where the end comes in seconds. */
  readonly followMs: number;
  /** The request in our form: strict, defaults applied, instants normalized to UTC. */
  readonly requestSchema: z.ZodType<R>;
  /** Named accounts found in the environment. Throws `ConfigError` naming the variable that is missing or wrong. */
  readConfig(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, A>;
  connect(config: A, options: ConnectOptions): ProviderAccount<R>;
  /** Which payouts of a batch are carried together: at most so many, all of the same key. */
  readonly group: { readonly most: number; key(request: R): string };
  /** What it sends by itself when a payout changes, if it does. Knows no credentials that pay. */
  readonly webhook?: ProviderWebhook;
  /** A form of file that its users have, beside ours. */
  readonly fileForm?: FileForm;
  /** The study or project that a payout belongs to. */
  studyOf?(request: R): string;
  /** What it takes on top of an amount, where its documents say. */
  feesOf?(amountMinor: number): Fees;
}

/** In a lane's name: the credentials. The steps put their keyed hash there, so that no ledger holds anything to guess at. */
export const BY_CREDENTIALS = '{credentials}';

export interface ConnectOptions {
  /** Total deadline of one request, from before DNS to the last byte, milliseconds. */
  readonly httpTimeoutMs: number;
  /** Keeps its requests within the account's limit, where it has one. */
  readonly pace?: Pace | undefined;
}

/** One account at a provider, with its credentials. Lives in workers only. */
export interface ProviderAccount<R extends CommonRequest = CommonRequest> {
  /** The base URL, without credentials: part of a claim, since another host is other content. */
  readonly host: string;
  /** The credentials as one string, only ever fed to a keyed hash. */
  readonly secret: string;
  /**
   * True where this account is configured to trust that the provider refuses a repeated `guarded` call.
   * Absent or false: a repeat needs the same grounds as for `unguarded`.
   */
  readonly guardProven?: boolean;

  /** Names the one whom the payment concerns, resolving what the request leaves open. Reads only. */
  identify(request: R): Promise<Identity>;
  /** Reads and set-up that must precede the paying call; never moves money. `earlier`: repeat this call, do not set up anew. */
  prepare(request: R, identity: Identified, earlier?: Call): Promise<Preparation>;
  /**
   * One page of the account's payments, from 1, the newest first as far as is known. Where there are such lists, all payouts that
   * wait on the provider are watched by them together, and need not ask one by one.
   */
  readPage?(page: number): Promise<Page<R>>;
  /** Makes the paying call, once: one request, which waits for nothing. Where there is a pace, its permit was taken before. */
  pay(call: Call, idempotencyKey: string, permit?: Permit): Promise<Outcome>;
  /** Reads the provider's records. */
  lookUp(query: LookUpQuery<R>): Promise<Sighting>;

  /** The calls that pay several payouts at once, where there are such. */
  readonly bulk?: BulkCalls<R>;
  /** Where each is paid by a call of its own, and one reading tells of several. */
  readonly sharedReads?: SharedReads<R>;

  /** Cancels by the provider's own means, where it has them. Believe only the status read back. */
  cancel?(providerReference: string): Promise<Sighting>;
  /**
   * Changes what the provider itself keeps of a payout: its date, what the recipient sees, the caller's data. Believe only what is
   * read back. Our tag stays, whatever else changes: by it a payout is found.
   */
  amend?(providerReference: string, claimed: R, change: Change): Promise<Sighting>;
  /** What it can still pay, where the provider tells. */
  balance?(): Promise<Balance>;
  /** A harmless read that shows whether the credentials work. */
  check(): Promise<{ readonly ok: boolean; readonly message: string }>;
}

/** One paying call for several payouts. What it does to the money is told as for one; what it shows is told for each. */
export interface BulkCalls<R extends CommonRequest = CommonRequest> {
  /** How many payouts one call can ask for. */
  readonly most: number;
  /** Names whom each payment concerns, by reference. Reads only. */
  identify(requests: readonly R[]): Promise<BulkIdentities>;
  /** Reads and set-up that must precede the call; never moves money. */
  prepare(rows: readonly BulkRow<R>[]): Promise<BulkPreparation>;
  /** Makes the paying call, once. */
  pay(call: Call, idempotencyKey: string, requests: readonly R[], permit?: Permit): Promise<BulkOutcome>;
  /** Reads the provider's records for all of them together. Who is missing in the answer has to be asked for alone. */
  lookUp(queries: readonly LookUpQuery<R>[]): Promise<ReadonlyMap<string, Sighting>>;
}

/** What `prepare` and `lookUp` do for one, done for several by as few reads as possible. Told for each, by reference. */
export interface SharedReads<R extends CommonRequest = CommonRequest> {
  /** Of payouts that were never asked for. Its reads begin when all of them stand in their lanes. */
  prepare(rows: readonly BulkRow<R>[]): Promise<ReadonlyMap<string, Preparation>>;
  lookUp(queries: readonly LookUpQuery<R>[]): Promise<ReadonlyMap<string, Sighting>>;
}

export interface BulkRow<R extends CommonRequest = CommonRequest> {
  readonly request: R;
  readonly identity: Identified;
}

/** By reference. Who is missing goes alone. */
export type BulkIdentities =
  { readonly kind: 'identified'; readonly identities: ReadonlyMap<string, Identified> } | Unready;

export type BulkPreparation =
  | {
      readonly kind: 'prepared';
      readonly call: Call;
      /** What the records showed before the call, by reference. */
      readonly snapshots?: Readonly<Record<string, Snapshot>>;
    }
  /** Not to be asked for together: each of them goes alone, and is told what is wrong with it. */
  | { readonly kind: 'apart'; readonly message: string }
  | Unready;

export interface BulkOutcome {
  readonly outcome: Outcome;
  /** What the answer showed, by reference. */
  readonly sightings: ReadonlyMap<string, Sighting>;
}

export interface Identified {
  readonly kind: 'identified';
  /** Held from the snapshot until the payout is final, so that snapshots and counts stay ours. None: no lane is needed. */
  readonly subjectLane?: string;
  /** Order within the subject lane; lower first, then first come. */
  readonly rank?: number;
  /** Held during the call, where the provider wants one call at a time. */
  readonly callLane?: string;
  /** What was resolved, such as the submission of a participant. */
  readonly subject?: string;
}

export type Identity = Identified | Refused | Unready;

export type Preparation =
  | { readonly kind: 'prepared'; readonly call: Call; readonly snapshot?: Snapshot }
  /** An earlier payment of the same subject must come first. The caller knows whether one of ours is still open. */
  | { readonly kind: 'behind'; readonly message: string }
  | Refused
  | Unready;

/** Refused for good; nothing was sent. */
export interface Refused {
  readonly kind: 'refused';
  readonly message: string;
}

/** Cannot be prepared now; nothing was sent. */
export interface Unready {
  readonly kind: 'unready';
  readonly waitingFor: 'operator' | 'provider';
  readonly message: string;
}

export type Page<R extends CommonRequest = CommonRequest> =
  | {
      readonly kind: 'page';
      readonly rows: readonly ListedPayment<R>[];
      /** How many payments all pages hold, where that is told. */
      readonly total?: number;
    }
  | { readonly kind: 'unreadable'; readonly waitingFor: 'operator' | 'provider'; readonly because: string };

/** One row of a list. */
export interface ListedPayment<R extends CommonRequest = CommonRequest> {
  readonly providerReference: string;
  /** Our tag, where the list shows it. */
  readonly reference?: string;
  /** What it shows of the payout that was asked for. */
  sight(request: R): Sighting;
}

export interface LookUpQuery<R extends CommonRequest = CommonRequest> {
  readonly request: R;
  readonly subject?: string;
  /** A request of ours may have paid beside the one that is known. */
  readonly isDoubtful?: boolean;
  /** The provider's id, once known: read that one. */
  readonly providerReference?: string;
  /** The paying call that was made, if any. */
  readonly call?: Call;
  /** The provider's records before the call. */
  readonly snapshot?: Snapshot;
  /** Other payouts of this account that exist there for certain: the positive control of a search by tag. */
  readonly controls: readonly { readonly reference: string; readonly providerReference: string }[];
}

export type { Call, Outcome, Seen, Sighting, Snapshot };
