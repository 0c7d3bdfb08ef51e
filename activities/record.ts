import type { Next, Ruling } from '../src/payout/decide.js';
import type { Facts, State } from '../src/payout/facts.js';
import { toShow } from '../src/payout/show.js';
import type { View } from '../src/payout/view.js';
import type { Answered, LedgerTransaction, Standing } from '../src/ledger/transaction.js';

/** Writes what was decided and tells it to the workflow. The ledger comes first: a view never says more than a row. */
export async function record(
  tx: LedgerTransaction,
  standing: Standing,
  facts: Facts,
  ruling: Ruling,
  untold?: 'untold',
  answered?: Answered,
): Promise<View> {
  const state = await tx.recordRuling(facts, ruling, untold, answered);
  return toView(standing, facts, state, ruling.next);
}

export function toView({ ledgerId }: Standing, facts: Facts, state: State, next: Next): View {
  return { ...toShow(facts, state), next, nowMs: facts.nowMs, version: state.version, ledgerId };
}
