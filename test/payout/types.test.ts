import { expectTypeOf, it } from 'vitest';
import type { LedgerTransaction, NewExchange } from '../../src/ledger/transaction.js';
import { decideGrounds, type AnyGrounds, type Grounds, type Policy } from '../../src/payout/grounds.js';
import type { Facts } from '../../src/payout/facts.js';

/**
 * What the compiler refuses. `tsc` checks these functions; none of them is ever called. Where a line stops being an
 * error, `@ts-expect-error` becomes one.
 */
type Rest = Omit<NewExchange<'unguarded'>, 'contract' | 'grounds'>;
type Kept<G> = G extends { readonly kind: infer Kind } ? Kind : never;

it('lets a call be repeated only on the grounds of its own contract', () => {
  expectTypeOf<Kept<Grounds<'unguarded'>>>().toEqualTypeOf<'first' | 'nothing_was_paid' | 'person_decided'>();
  expectTypeOf<Kept<Grounds<'guarded'>>>().toEqualTypeOf<Kept<AnyGrounds> | 'guard_shows_fewer'>();
  expectTypeOf<Kept<Grounds<'idempotent'>>>().toEqualTypeOf<
    Kept<AnyGrounds> | 'same_key_in_window' | 'same_key_after_look_up'
  >();
});

export function opensOnItsOwnGrounds(tx: LedgerTransaction, facts: Facts, policy: Policy<'unguarded'>, rest: Rest) {
  const grounds = decideGrounds(facts, policy);
  return grounds && tx.openExchange<'unguarded'>({ contract: 'unguarded', grounds, ...rest });
}

export function needsGrounds(tx: LedgerTransaction, facts: Facts, policy: Policy<'unguarded'>, rest: Rest) {
  const grounds = decideGrounds(facts, policy);
  // @ts-expect-error there may be none, and then there is no request
  return tx.openExchange<'unguarded'>({ contract: 'unguarded', grounds, ...rest });
}

export function refusesAKey(tx: LedgerTransaction, grounds: Grounds<'idempotent'>, rest: Rest) {
  // @ts-expect-error a key says nothing about a call that pays again when it is repeated
  return tx.openExchange<'unguarded'>({ contract: 'unguarded', grounds, ...rest });
}

export function refusesAGuard(tx: LedgerTransaction, grounds: Grounds<'guarded'>, rest: Rest) {
  // @ts-expect-error nor does a count that another provider checks
  return tx.openExchange<'unguarded'>({ contract: 'unguarded', grounds, ...rest });
}

export function refusesAKeyForAGuard(grounds: Grounds<'idempotent'>): Grounds<'guarded'> {
  // @ts-expect-error a guarded call has no key
  return grounds;
}

export function refusesAGuardForAKey(grounds: Grounds<'guarded'>): Grounds<'idempotent'> {
  // @ts-expect-error a call with a key is repeated by its key
  return grounds;
}

export function cannotBeWritten(): Grounds<'unguarded'> {
  // @ts-expect-error only decideGrounds makes grounds
  return { kind: 'first' };
}

export function cannotBeWrittenWithADecision(): AnyGrounds {
  // @ts-expect-error not even those that name a person's decision
  return { kind: 'person_decided', decision: 7 };
}

export function cannotBeMadeOfOthers(grounds: AnyGrounds): Grounds<'unguarded'> {
  // @ts-expect-error what was judged stays what it was judged to be
  return { ...grounds, kind: 'same_key_in_window' };
}

export function staysOfItsContract(facts: Facts, policy: Policy<'idempotent'>): Grounds<'unguarded'> | undefined {
  // @ts-expect-error the policy that was asked decides whose grounds they are
  return decideGrounds(facts, policy);
}
