import type { EffectContract } from './contract.js';
import type { Exchange, Facts } from './facts.js';
import type { Sighting } from './outcome.js';
import type { Timing } from './timing.js';
import { cancelWanted } from './wanted.js';
import {
  absenceKnowableAtMs,
  attemptToRepeat,
  countingExchanges,
  decideVerdict,
  lastAttempt,
  lastNotPaid,
  refusedForGood,
} from './verdict.js';

declare const judged: unique symbol;
interface Judged {
  /** Only `decideGrounds` makes grounds: the compiler knows no other way to get a value of this type. */
  readonly [judged]: true;
}

/** Grounds that allow an exchange under every contract. */
export type AnyGrounds = Judged &
  (
    | { readonly kind: 'first' }
    /** Every earlier exchange was unsent, or refused in a way that can be mended. */
    | { readonly kind: 'nothing_was_paid' }
    /** A person decided `--not-paid --pay-again`. */
    | { readonly kind: 'person_decided'; readonly decision: number }
  );

type IdempotentGrounds = Judged &
  ({ readonly kind: 'same_key_in_window' } | { readonly kind: 'same_key_after_look_up' });
type GuardedGrounds = Judged & { readonly kind: 'guard_shows_fewer' };

/** What allows one more exchange, by what a repeat of the call does. `unguarded` has none of its own. */
export type Grounds<C extends EffectContract> =
  AnyGrounds | (C extends 'idempotent' ? IdempotentGrounds : never) | (C extends 'guarded' ? GuardedGrounds : never);

/** What a repeat of the paying call rests on. */
export interface Policy<C extends EffectContract = EffectContract> {
  readonly contract: C;
  /** Keyed hash of the credentials in use: others can neither repeat a call nor prove that it did not arrive. */
  readonly credentials: string;
  /** The operator vouches that the provider refuses a repeated number. */
  readonly guardProven: boolean;
  /** Acts for all payouts that a shared call asks for, each of them locked and judged alike. */
  readonly actsForAll?: boolean;
  readonly timing: Timing;
}

/**
 * The grounds for one more exchange now, or none. `freshLook` is a look-up made after the last exchange, in this very step.
 * This is the only place where a second paying call can be justified.
 */
export function decideGrounds<C extends EffectContract>(
  facts: Facts,
  policy: Policy<C>,
  freshLook?: Sighting,
): Grounds<C> | undefined {
  const exchanges = countingExchanges(facts);
  const { timing } = policy;
  switch (decideVerdict(exchanges, facts.nowMs)) {
    case 'none': {
      const word = lastNotPaid(facts.decisions);
      if (!word) return grounds({ kind: 'first' });
      return word.payAgain ? grounds({ kind: 'person_decided', decision: word.id }) : undefined;
    }
    case 'rejected': {
      const refusals = exchanges
        .flatMap(({ outcomes }) => outcomes)
        .filter(({ outcome }) => outcome.kind === 'rejected');
      if (refusals.some(({ outcome }) => refusedForGood(outcome, facts.claim.reference) !== undefined))
        return undefined;
      const throttled = refusals.some(({ outcome }) => outcome.kind === 'rejected' && outcome.mend === 'later');
      // "Too many requests" is a named refusal, but where nothing guards a repeat its word is checked in the records first.
      if (throttled && policy.contract !== 'idempotent') {
        if (!wasAbsentAt(freshLook, absenceKnowableAtMs(exchanges.slice(-1), timing.settleMs))) return undefined;
      }
      return grounds({ kind: 'nothing_was_paid' });
    }
    case 'ambiguous': {
      if (exchanges.some(({ credentials }) => credentials !== policy.credentials)) return undefined;
      // Whoever asked for a cancel in doubt did not ask for another request.
      if (cancelWanted(facts)) return undefined;
      // What one call asked for several is repeated whole, or not at all: alone it would be another call, under another key.
      if (lastAttempt(facts)?.isShared && !attemptToRepeat(facts, policy.actsForAll === true)) return undefined;
      // A repeat refused for good (such as 422 on the same key) means that something is not as we think: no more of them.
      if (exchanges.some(isRefusedForGood)) return undefined;
      if (policy.contract === 'idempotent') {
        const first = exchanges[0];
        // Over, however late it takes effect, while the key is remembered.
        const overAtMs = facts.nowMs + timing.sendByMs + timing.httpTimeoutMs + timing.settleMs;
        const inWindow = first !== undefined && overAtMs < first.openedAtMs + timing.keyWindowMs;
        if (inWindow) return grounds({ kind: 'same_key_in_window' }) as Grounds<C>;
        return isProvenAbsent(facts, policy, freshLook)
          ? (grounds({ kind: 'same_key_after_look_up' }) as Grounds<C>)
          : undefined;
      }
      if (policy.contract === 'guarded' && policy.guardProven && isProvenAbsent(facts, policy, freshLook))
        return grounds({ kind: 'guard_shows_fewer' }) as Grounds<C>;
      return undefined;
    }
    case 'accepted':
    case 'open':
      return undefined;
  }
}

const isRefusedForGood = ({ outcomes }: Exchange): boolean =>
  outcomes.some(({ outcome }) => outcome.kind === 'rejected' && outcome.mend === 'never');

/** Whether there are grounds or, where no look was made yet, whether one could give them. */
export const couldHaveGrounds = (facts: Facts, policy: Policy, freshLook?: Sighting): boolean =>
  decideGrounds(facts, policy, freshLook) !== undefined ||
  (freshLook === undefined && decideGrounds(facts, policy, provenAbsentNow(facts)) !== undefined);

/** What a look could come to. */
export const provenAbsentNow = ({ nowMs }: Facts): Sighting => ({
  kind: 'absent',
  proven: true,
  because: '',
  askedAtMs: nowMs,
});

/** Absence is proof only when the read could not have missed it and every exchange had time to show. */
export function isProvenAbsent(facts: Facts, policy: Policy, look: Sighting | undefined): boolean {
  if (look?.kind !== 'absent' || !look.proven) return false;
  if (countingExchanges(facts).some(({ credentials }) => credentials !== policy.credentials)) return false;
  return wasAbsentAt(look, absenceKnowableAtMs(countingExchanges(facts), policy.timing.settleMs));
}

/** A look that was asked for before that says nothing: a step may be frozen between its look and what it does with it. */
export const wasAbsentAt = (look: Sighting | undefined, knowableAtMs: number): boolean =>
  look?.kind === 'absent' && look.askedAtMs !== undefined && look.askedAtMs >= knowableAtMs;

const grounds = <G>(value: G): G & Judged => value as G & Judged;
