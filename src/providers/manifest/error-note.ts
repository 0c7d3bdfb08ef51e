import { shorten } from './describe-reply.js';
import type { PayoutRow } from './schemas.js';

/** Why it is in error stands in the activity log, whose shape is not documented: its latest words are taken. */
export function errorNote({ status, activity }: PayoutRow): string | undefined {
  if (status !== 'error' && status !== 'returned') return undefined;
  const words = activity.map(wordsOf).findLast((said) => said !== undefined);
  return words === undefined ? undefined : shorten(words);
}

/** No other field is shown: it could hold somebody's bank account. */
const TELLING = ['message', 'error', 'reason', 'description'];

function wordsOf(entry: unknown): string | undefined {
  if (typeof entry === 'string' && entry !== '') return entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const fields = entry as Readonly<Record<string, unknown>>;
  return TELLING.map((name) => fields[name]).find((value) => typeof value === 'string' && value !== '') as
    string | undefined;
}
