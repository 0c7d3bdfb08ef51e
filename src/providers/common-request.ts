import { z } from 'zod';
import type { JsonObject } from '../payout/json.js';

const REFERENCE = /^[A-Za-z0-9._:/-]{1,200}$/;
const ACCOUNT = /^[a-z0-9_]{1,32}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

const referenceSchema = z
  .string({ error: 'has to be a text of 1 to 200 characters that you choose, for example "study-42/p-007"' })
  .max(200, { error: (issue) => `is ${String(issue.input).length} characters long; the limit is 200` })
  .regex(REFERENCE, { error: 'may hold only letters, digits and . _ : / - (no spaces), for example "study-42/p-007"' });

const accountSchema = z
  .string({ error: 'has to be a text, for example "default"' })
  .regex(ACCOUNT, { error: 'has to be 1 to 32 of a-z, 0-9 and _, for example "us"' })
  .default('default');

/** An instant with its offset; given back in UTC with milliseconds. */
export const instantSchema = z
  .string({ error: 'has to be an instant such as "2026-12-24T09:00:00Z"' })
  .transform((text, context) => {
    const instant = parseInstant(text);
    if (instant !== undefined) return instant;
    const problem = INSTANT.test(text)
      ? 'does not exist in the calendar'
      : /^\d{4}-\d{2}-\d{2}$/.test(text)
        ? 'is a day without a time'
        : /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text)
          ? 'has no offset from UTC'
          : 'is not an instant';
    context.addIssue({ code: 'custom', message: `${problem}; write it like "2026-12-24T09:00:00Z"` });
    return z.NEVER;
  });

const metadataSchema = z.custom<JsonObject>(isJsonObject, {
  error: 'has to be a JSON object, for example {"wave":"3"}',
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

function amountProblem(input: unknown): string {
  if (input === undefined) return 'is missing; give whole minor units, for example 1500 for 15.00';
  if (typeof input !== 'number') return 'has to be a number of minor units, not a text, for example 1500 for 15.00';
  if (!Number.isInteger(input)) return 'has to be whole minor units, for example 1500 for 15.00';
  if (input <= 0) return 'has to be greater than 0';
  return 'is too large to be exact; the limit is 9007199254740991';
}

/** UTC with milliseconds, or nothing where the text is no instant or no day of the calendar. */
export function parseInstant(text: string): string | undefined {
  if (!INSTANT.test(text)) return undefined;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  // `Date` rolls 30 February over into March without a word.
  const calendar = new Date(Date.UTC(year, month - 1, day));
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value);
}

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && Object.values(value).every(isJson);
}
