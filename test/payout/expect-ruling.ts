import { expect } from 'vitest';
import { decide, type News, type Rules } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { askedFor, facts, inWords, NOTHING_NEW, type FactsGiven } from './build.js';

/** What is known, by which rules, what was just learned, and the ruling in one line. */
export type RulingCase = readonly [what: string, given: FactsGiven, rules: Rules, news: News, ruling: string];

export function expectRuling([, given, rules, news, expected]: RulingCase): void {
  const known = facts(given);
  expect(inWords(decide(known, rules, askedNow(news, known)), known)).toBe(expected);
}

const askedNow = (news: News, known: Facts): News =>
  news.kind === 'sighting' ? { ...news, sighting: askedFor(news.sighting, known) } : news;

/** The evidence that a ruling gives. */
export const evidenceOf = (given: FactsGiven, rules: Rules, news: News = NOTHING_NEW): string =>
  decide(facts(given), rules, news).evidence;
