import type { JsonObject } from './json.js';

/** Why a provider refused, in words that the provider's table gives. */
export type RejectionReason =
  'invalid' | 'unauthorized' | 'forbidden' | 'payment_required' | 'not_found' | 'rate_limited';

/**
 * Who can mend a refusal. `never`: the payout ends in `error`. `operator`: a key, a permission or a balance.
 * `later`: the provider asks for patience; where nothing guards a repeat, its records are read first.
 */
export type Mend = 'never' | 'operator' | 'later';

/** What one HTTP request did to the money, as far as its reply can tell. */
export type Outcome =
  /** 2xx by status, whatever the body says. `seen` is what a readable body told. */
  | { readonly kind: 'accepted'; readonly httpStatus: number; readonly seen?: Seen; readonly note?: string }
  /** A refusal that the provider's table names: provably nothing was paid by this request. */
  | {
      readonly kind: 'rejected';
      readonly httpStatus: number;
      readonly reason: RejectionReason;
      readonly mend: Mend;
      readonly message: string;
      /** Which payouts of a shared call it concerns, where the answer names them; absent: all that the call asks for. */
      readonly rows?: readonly RefusedRow[];
    }
  /** Provably nothing left this machine: DNS, refused connection, TLS failure, or `send_by` had passed. */
  | { readonly kind: 'unsent'; readonly cause: string }
  /** Everything else. Money may have moved. */
  | { readonly kind: 'ambiguous'; readonly cause: string; readonly httpStatus?: number };

/** A payout that made its provider refuse a whole call. */
export interface RefusedRow {
  readonly reference: string;
  readonly message: string;
}

export type OutcomeKind = Outcome['kind'];

/** One payment as the provider's own records show it. */
export interface Seen {
  /** The provider's status in our words. */
  readonly status: 'created' | 'ready' | 'pending' | 'sent' | 'error' | 'returned' | 'canceled';
  /** The provider's own id of the payment, where it has one. */
  readonly providerReference?: string;
  /** What was really paid, minor units, where the record tells it. */
  readonly amountMinor?: number;
  /** True when a later return of this payment is possible and has to be watched for. */
  readonly mayReturn?: boolean;
  /** How often such a payment is seen, where the records show that it is more than once. */
  readonly times?: number;
  /** The provider's instant of payment of a scheduled payout, where it tells it. */
  readonly date?: string;
  /** What the recipient sees, where a look at the record tells it. */
  readonly description?: string;
  /** The caller's own data beside our tag, where a look at the record tells it. */
  readonly metadata?: JsonObject;
  /** The provider's words about it, safe to show. */
  readonly note?: string;
}

/** What a look-up found. Looking never moves money. */
/** `askedAtMs`: what was known when it was asked for, by the database's clock. The step that looks writes it down. */
export type Sighting =
  /** Proof at once. `refused`: a change that was asked for just before was refused, and who can mend that. */
  | {
      readonly kind: 'present';
      readonly seen: Seen;
      readonly because: string;
      readonly askedAtMs?: number;
      readonly refused?: Mend;
    }
  /** `proven` only where the read could not have missed it; the protocol adds the waiting. */
  | { readonly kind: 'absent'; readonly proven: boolean; readonly because: string; readonly askedAtMs?: number }
  /** A payment that carries our tag, yet is not the one that was asked for. A person must look. */
  | { readonly kind: 'contradiction'; readonly because: string }
  /** Nothing could be read. */
  | { readonly kind: 'unreadable'; readonly waitingFor: 'operator' | 'provider'; readonly because: string };

/** The exact paying request, written down before it is made and repeated byte for byte. Never holds credentials. */
export interface Call {
  readonly method: 'POST';
  /** Path below the base URL, such as `/payout`. */
  readonly path: string;
  readonly body: string;
}

/** What the provider's records showed before the paying call; the look-up compares with it. */
export type Snapshot = JsonObject;
