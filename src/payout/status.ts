/**
 * The states of one payout, documented by their transitions.
 *
 * `created → ready → pending → sent | error | returned | canceled`, and `in_doubt` beside them.
 * Statuses may be skipped: a provider that answers `pending` at once never shows `created`.
 */
export const STATUSES = ['created', 'ready', 'pending', 'sent', 'error', 'returned', 'canceled', 'in_doubt'] as const;

export type Status =
  /** Entered by the claim. Nothing that moves money was sent, or the provider itself says `created`. May become anything. */
  | 'created'
  /** Set up and cancelable: on our own timer, in the provider's own schedule, or a bulk set up but not paid. */
  | 'ready'
  /** Entered on the provider's acceptance. Left on its records; where it shows none by the settle time, for `in_doubt`. */
  | 'pending'
  /** Entered when the provider's records show the payment (or a person says so). Only `returned` may follow. */
  | 'sent'
  /** Entered on a refusal, with evidence that no money moved. Only evidence that money moved may follow. */
  | 'error'
  /** Entered when the provider's record says the money came back after `sent`. */
  | 'returned'
  /** Entered before anything was sent, or on the provider's own record. Only evidence that money moved may follow. */
  | 'canceled'
  /** Entered when money may or may not have moved. Left on evidence, or on a person's `resolve`. */
  | 'in_doubt';

/** What a payout waits for, so that no wait is unseen. */
export const WAITS = ['date', 'approval', 'lane', 'operator', 'provider', 'person', 'nothing'] as const;
export type WaitingFor = (typeof WAITS)[number];

const ENDINGS: ReadonlySet<Status> = new Set(['sent', 'error', 'returned', 'canceled']);

/** True for a status that only new evidence about money can still change. */
export const isEnding = (status: Status): boolean => ENDINGS.has(status);

/** What is learned about a payout: a status, and the evidence that it rests on. */
export interface StatusChange {
  readonly status: Status;
  readonly waitingFor: WaitingFor;
  /** One sentence a person can read: what was seen, and where. Never a secret, never personal data. */
  readonly evidence: string;
  /** Set when an assumption was broken, such as money seen after `canceled`. */
  readonly isBreak?: boolean;
}

/**
 * Whether a status may replace another. Evidence that money moved is never overruled; an ending yields only to it.
 * A person's word (`byPerson`) ends a doubt, never a fact.
 */
export function mayFollow(from: Status, to: Status): boolean {
  if (from === to) return true;
  switch (from) {
    case 'created':
    case 'ready':
    case 'pending':
    case 'in_doubt':
      return true;
    case 'sent':
      return to === 'returned';
    case 'error':
    case 'canceled':
      return to === 'sent' || to === 'returned';
    case 'returned':
      return false;
    default:
      return from satisfies never;
  }
}
