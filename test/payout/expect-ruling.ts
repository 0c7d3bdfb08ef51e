import { expect } from 'vitest';
import { decide, type News, type Rules } from '../../src/payout/decide.js';
import { facts, inWords, NOTHING_NEW, type FactsGiven } from './build.js';

/** What is known, by which rules, what was just learned, and the ruling in one line. */
export type RulingCase = readonly [what: string, given: FactsGiven, rules: Rules, news: News, ruling: string];

export function expectRuling([, given, rules, news, expected]: RulingCase): void {
  const known = facts(given);
  expect(inWords(decide(known, rules, news), known)).toBe(expected);
}

/** The evidence that a ruling gives. */
export const evidenceOf = (given: FactsGiven, rules: Rules, news: News = NOTHING_NEW): string =>
  decide(facts(given), rules, news).evidence;
