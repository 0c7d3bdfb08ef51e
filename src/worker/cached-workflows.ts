import { ConfigError } from '../providers/config-error.js';

const VARIABLE = 'PAYOUTS_CACHED_WORKFLOWS';
const DEFAULT = 500;

/**
 * How many workflows a worker keeps in memory between two of their steps. A payout that sleeps for weeks gains nothing by it: one that
 * was dropped is replayed when it wakes, from its twenty events. So the memory of a worker does not grow with the payouts that wait.
 */
export function readCachedWorkflows(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[VARIABLE];
  if (text === undefined || text === '') return DEFAULT;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 2) return value;
  throw new ConfigError(VARIABLE, `has to be a whole number from 2, for example ${DEFAULT}`);
}
