import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * A connection that prepares each statement once, by a name made of its text: planning the facts of a payout anew for every
 * step would cost more than reading them.
 */
export class PreparingClient extends pg.Client {
  // pg's own overloads are many; what passes through here is what Kysely sends: a text and its values.
  override query(...args: unknown[]): never {
    const [text, values, ...rest] = args;
    const isPreparable = typeof text === 'string' && Array.isArray(values) && PREPARABLE.test(text);
    const given = isPreparable ? [{ name: nameOf(text), text, values }, ...rest] : args;
    return (super.query as (...all: unknown[]) => never).apply(this, given);
  }
}

/** What only begins, ends or defines something gains nothing. */
const PREPARABLE = /^\s*(select|insert|update|with)\b/i;

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `payouts_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  names.set(text, name);
  return name;
}
