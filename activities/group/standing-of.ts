import type { Rules, Ruling } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { couldHaveGrounds } from '../../src/payout/grounds.js';
import { isEnding } from '../../src/payout/status.js';
import type { RuledFacts } from '../../src/ledger/batch-transaction.js';

/** What a step of a group came to. */
export interface Turn {
  readonly open: number;
  readonly leaving: readonly string[];
  /** Some of it wait for the provider's lists. */
  readonly isWatched: boolean;
  readonly pauseMs?: number;
  readonly ledgerId: string;
}

/** Its provider's lists tell the rest, and whoever reads them for the whole account writes it down. */
export const isLeftToWatcher = ({ state }: Facts, { isWatched }: Pick<Rules, 'isWatched'>): boolean =>
  isWatched &&
  state.providerReference !== null &&
  (state.status === 'created' || state.status === 'ready' || state.status === 'pending');

/** It has to wait long, or for somebody, or to be asked for alone: a workflow of its own is made for that. */
export function wantsOwnLife(facts: Facts, ruling: Ruling, rules: Rules): boolean {
  if (isEnding(ruling.status)) return false;
  if (ruling.waitingFor === 'date' || ruling.waitingFor === 'person' || ruling.next.do === 'amend') return true;
  return ruling.status === 'in_doubt' && !couldHaveGrounds(facts, rules);
}

/** When the first of them has something to do; nothing, where all of them wait for the watcher. */
export function pauseOf(ruled: readonly RuledFacts[]): { readonly pauseMs?: number } {
  const pauses = ruled.flatMap(({ facts, ruling: { next } }) => {
    if (next.do === 'end') return [];
    return [next.do === 'wait' ? Math.max(0, next.untilMs - facts.nowMs) : 0];
  });
  return pauses.length === 0 ? {} : { pauseMs: Math.min(...pauses) };
}
