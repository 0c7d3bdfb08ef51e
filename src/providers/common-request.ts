import { z } from 'zod';
import type { JsonObject } from '../payout/json.js';

const EXAMPLE_REFERENCE = 'for example "study-42/p-007"';
const EXAMPLE_INSTANT = 'for example "2026-12-24T09:00:00Z"';

const referenceSchema = z
  .string(wants(`a text of 1 to 200 characters that you choose, ${EXAMPLE_REFERENCE}`))
  .min(1, `is empty; choose a text of 1 to 200 characters, ${EXAMPLE_REFERENCE}`)
  .max(200, { error: ({ input }) => `is ${(input as string).length} characters long; shorten it to 200 or less` })
  .regex(/^[A-Za-z0-9._:/-]*$/, `may hold only letters, digits and . _ : / - (no spaces), ${EXAMPLE_REFERENCE}`);

const accountSchema = z
  .string(wants('a text, for example "us"'))
  .regex(/^[a-z0-9_]{1,32}$/, 'has to be 1 to 32 of a-z, 0-9 and _, for example "us"')
  .default('default');

/** An instant with its offset; given back in UTC with milliseconds. */
export const instantSchema = z.string(wants(`an instant, ${EXAMPLE_INSTANT}`)).transform((text, context) => {
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  context.addIssue({ code: 'custom', message: `${instantProblem(text)}, ${EXAMPLE_INSTANT}` });
  return z.NEVER;
});

const metadataSchema = z.custom<JsonObject>(isJsonObject, {
  error: 'has to be a JSON object of texts, numbers, booleans, lists and objects, for example {"wave":"3"}',
});

/** The fields that every request has. */
export const commonRequestShape = {
  reference: referenceSchema,
  account: accountSchema,
  scheduledAt: instantSchema.optional(),
  metadata: metadataSchema.optional(),
};

/** A positive whole number of minor units that a double holds exactly. */
export const amountMinorSchema = z.custom<number>((value) => Number.isSafeInteger(value) && (value as number) > 0, {
  error: ({ input }) => amountProblem(input),
});

/** What the database can hold: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

/** UTC with milliseconds, or nothing where the text is no instant or no day of the calendar. */
export function parseInstant(text: string): string | undefined {
  const [, day] = INSTANT.exec(text) ?? [];
  if (day === undefined) return undefined;
  // `Date` rolls 30 February over into March without a word.
  const midnight = new Date(`${day}T00:00:00.000Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return undefined;
  const utc = instant.toISOString();
  // An offset may lead out of the years that four digits can say.
  return /^\d{4}-/.test(utc) ? utc : undefined;
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function instantProblem(text: string): string {
  if (INSTANT.test(text)) return 'does not exist in the calendar; correct it';
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'is a day without a time; add the time and the offset from UTC';
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text)) return 'has no offset from UTC; add it or a Z';
  return 'is not an instant; write date, time with seconds, and offset from UTC';
}

const EXAMPLE_AMOUNT = 'give whole minor units, for example 1500 for 15.00';

function amountProblem(input: unknown): string {
  if (input === undefined) return `is missing; ${EXAMPLE_AMOUNT}`;
  if (typeof input === 'string') return `is a text, not a number; ${EXAMPLE_AMOUNT}, without quotes`;
  if (typeof input !== 'number' || Number.isNaN(input)) return `is not a number; ${EXAMPLE_AMOUNT}`;
  if (input <= 0) return 'is not greater than 0; give the amount to pay, for example 1500 for 15.00';
  if (!Number.isInteger(input)) return `is not whole; ${EXAMPLE_AMOUNT}`;
  return 'is too large to be exact; give 9007199254740991 or less';
}

function isJsonObject(value: unknown): boolean {
  try {
    return isPlainObject(value) && isJson(value);
  } catch {
    // An object that holds itself has no end.
    return false;
  }
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isPlainObject(value) && Object.entries(value).every(([key, held]) => isStorable(key) && isJson(held));
}

/** A `Date` or a `Map` would become something else on its way through JSON. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The error of a value that is missing or of another type. */
export function wants(what: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      `${input === undefined ? 'is missing; it has' : 'has'} to be ${what}`,
  };
}
