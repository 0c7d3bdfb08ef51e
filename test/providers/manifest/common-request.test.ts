import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { amountMinorSchema, commonRequestShape } from '../../../src/providers/common-request.js';

const schema = z.strictObject({ ...commonRequestShape, amountMinor: amountMinorSchema });
const GOOD = { reference: 'study-42/p-007', amountMinor: 1500 };

const problemsOf = (field: string, value: unknown): string[] =>
  (schema.safeParse({ ...GOOD, [field]: value }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const scheduled = (scheduledAt: string): string | undefined => schema.parse({ ...GOOD, scheduledAt }).scheduledAt;

describe('what every request has', () => {
  it('has an account by default, and nothing else', () => {
    expect(schema.parse(GOOD)).toEqual({ ...GOOD, account: 'default' });
  });

  it.each(['a', 'a'.repeat(200), 'study-42/p-007', 'A.b_c:d/e-9', '..', '/'])('may have the reference %j', (value) => {
    expect(problemsOf('reference', value)).toEqual([]);
  });

  it.each([
    ['2026-12-24T09:00:00Z', '2026-12-24T09:00:00.000Z'],
    ['2026-12-24T09:00:00.5Z', '2026-12-24T09:00:00.500Z'],
    ['2026-12-24T09:00:00.123456789Z', '2026-12-24T09:00:00.123Z'],
    ['2026-12-24T10:30:00+01:30', '2026-12-24T09:00:00.000Z'],
    ['2026-12-31T23:30:00-05:00', '2027-01-01T04:30:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-12-24T23:59:59-23:59', '2026-12-25T23:58:59.000Z'],
  ])('may be scheduled at %s, which is %s', (text, utc) => {
    expect(scheduled(text)).toBe(utc);
    expect(scheduled(utc)).toBe(utc);
  });

  it.each([
    ['reference', undefined, 'reference: is missing; it has to be a text of 1 to 200 characters'],
    ['reference', '', 'reference: is empty; choose'],
    ['reference', 'a'.repeat(201), 'reference: is 201 characters long; shorten it to 200 or less'],
    ['reference', 'study 42', 'reference: may hold only letters, digits and . _ : / -'],
    ['reference', 'study-42\n', 'reference: may hold only'],
    ['reference', 'é', 'reference: may hold only'],
    ['reference', 7, 'reference: has to be a text'],
    ['reference', null, 'reference: has to be a text'],
    ['account', '', 'account: has to be 1 to 32 of a-z, 0-9 and _, for example "us"'],
    ['account', 'US', 'account: has to be 1 to 32'],
    ['account', 'a'.repeat(33), 'account: has to be 1 to 32'],
    ['account', 1, 'account: has to be a text'],
    ['scheduledAt', '2026-12-24', 'scheduledAt: is a day without a time; add the time and the offset from UTC'],
    ['scheduledAt', '2026-12-24T09:00:00', 'scheduledAt: has no offset from UTC; add it or a Z'],
    ['scheduledAt', '2026-12-24T09:00', 'scheduledAt: has no offset from UTC'],
    ['scheduledAt', '2026-12-24T09:00Z', 'scheduledAt: is not an instant; write date, time with seconds'],
    ['scheduledAt', '2026-02-30T09:00:00Z', 'scheduledAt: does not exist in the calendar; correct it'],
    ['scheduledAt', '2027-02-29T09:00:00Z', 'scheduledAt: does not exist'],
    ['scheduledAt', '2026-13-01T09:00:00Z', 'scheduledAt: does not exist'],
    ['scheduledAt', '2026-00-10T09:00:00Z', 'scheduledAt: does not exist'],
    ['scheduledAt', '2026-12-24T09:60:00Z', 'scheduledAt: does not exist'],
    ['scheduledAt', '9999-12-31T23:59:59-01:00', 'scheduledAt: does not exist'],
    ['scheduledAt', '2026-12-24T24:00:00Z', 'scheduledAt: is not an instant'],
    ['scheduledAt', '2026-12-24 09:00:00Z', 'scheduledAt: is not an instant'],
    ['scheduledAt', '2026-12-24T09:00:00+25:00', 'scheduledAt: is not an instant'],
    ['scheduledAt', '2026-12-24T09:00:00Z ', 'scheduledAt: is not an instant'],
    ['scheduledAt', 'tomorrow', 'scheduledAt: is not an instant'],
    ['scheduledAt', '', 'scheduledAt: is not an instant'],
    ['scheduledAt', 1_766_566_800_000, 'scheduledAt: has to be an instant, for example'],
    ['scheduledAt', null, 'scheduledAt: has to be an instant'],
    ['metadata', 'text', 'metadata: has to be a JSON object'],
    ['metadata', [], 'metadata: has to be a JSON object'],
    ['metadata', null, 'metadata: has to be a JSON object'],
    ['metadata', { at: new Date() }, 'metadata: has to be a JSON object'],
    ['metadata', { none: undefined }, 'metadata: has to be a JSON object'],
    ['metadata', { many: Number.POSITIVE_INFINITY }, 'metadata: has to be a JSON object'],
    ['metadata', { text: 'a\0b' }, 'metadata: has to be a JSON object'],
    ['metadata', { text: '\ud83d' }, 'metadata: has to be a JSON object'],
    ['metadata', { ['\ud83d']: 1 }, 'metadata: has to be a JSON object'],
    ['amountMinor', undefined, 'amountMinor: is missing; give whole minor units, for example 1500 for 15.00'],
    ['amountMinor', '1500', 'amountMinor: is a text, not a number; give whole minor units, for example 1500'],
    ['amountMinor', 15.5, 'amountMinor: is not whole; give whole minor units, for example 1500 for 15.00'],
    ['amountMinor', 0, 'amountMinor: is not greater than 0; give the amount to pay'],
    ['amountMinor', -1500, 'amountMinor: is not greater than 0'],
    [
      'amountMinor',
      Number.MAX_SAFE_INTEGER + 1,
      'amountMinor: is too large to be exact; give 9007199254740991 or less',
    ],
    ['amountMinor', Number.NaN, 'amountMinor: is not a number'],
    ['amountMinor', null, 'amountMinor: is not a number'],
  ])('is refused once, naming the field, the problem and the mend: %s %j', (field, value, message) => {
    expect(problemsOf(field, value)).toEqual([expect.stringContaining(message)]);
  });

  it('is refused with metadata that holds itself', () => {
    const metadata: Record<string, unknown> = {};
    metadata['self'] = metadata;
    expect(problemsOf('metadata', metadata)).toHaveLength(1);
  });

  it('keeps metadata as it is', () => {
    const metadata = { wave: '3', list: [1, null, true, { deep: '🙂' }], empty: {} };
    expect(schema.parse({ ...GOOD, metadata }).metadata).toEqual(metadata);
  });
});
