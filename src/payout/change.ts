import { isSameJson, type JsonObject } from './json.js';
import type { Seen } from './outcome.js';

/** What may be otherwise than it was asked for, until it is too late. What is left out stays as it is. */
export interface Change {
  /** Instant in UTC. */
  readonly scheduledAt?: string | undefined;
  /** What the recipient sees, where the provider keeps such a text. */
  readonly description?: string | undefined;
  /** Takes the place of all that was there. */
  readonly metadata?: JsonObject | undefined;
}

const FIELDS = ['scheduledAt', 'description', 'metadata'] as const satisfies readonly (keyof Change)[];

/** The fields of it that are given. */
export const fieldsOf = (change: Change): readonly (keyof Change)[] =>
  FIELDS.filter((field) => change[field] !== undefined);

/** Those fields, and nothing else. */
export const pickChange = (from: Change): Change =>
  Object.fromEntries(fieldsOf(from).map((field) => [field, from[field]]));

/** Whether all that the first asks for is asked for by the second too. */
export const isWithin = (change: Change, other: Change): boolean =>
  fieldsOf(change).every((field) => isSameJson(change[field], other[field]));

/** Whether both ask for the same. */
export const isSameChange = (one: Change, other: Change): boolean => isWithin(one, other) && isWithin(other, one);

/** Whether the provider's record shows it. A date that it does not tell is not asked for again and again. */
export function isCarried({ scheduledAt, ...kept }: Change, { date, description, metadata }: Seen): boolean {
  const isMoved = scheduledAt === undefined || date === undefined || isSameSecond(date, scheduledAt);
  return isMoved && isWithin(kept, { description, metadata });
}

/** A record may keep no milliseconds. */
const isSameSecond = (one: string, other: string): boolean => Math.abs(Date.parse(one) - Date.parse(other)) < 1_000;
