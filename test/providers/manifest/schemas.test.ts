import { describe, expect, it } from 'vitest';
import {
  batchSchema,
  manifestRequestSchema,
  pageSchema,
  payoutSchema,
  refusalSchema,
} from '../../../src/providers/manifest/schemas.js';
import { makeRow } from './support.js';

const REQUEST = {
  reference: 'study-42/p-007',
  provider: 'manifest',
  accountConnection: 'acon_X',
  amountMinor: 1500,
  currency: 'USD',
};

const problemsOf = (changes: Readonly<Record<string, unknown>>): string[] =>
  (manifestRequestSchema.safeParse({ ...REQUEST, ...changes }).error?.issues ?? []).map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );

/** Metadata that makes `user_data` exactly this long. */
const metadataOf = (bytes: number, character = 'x') => {
  const empty = JSON.stringify({ note: '', payout_reference: REQUEST.reference });
  return { note: character.repeat((bytes - empty.length) / Buffer.byteLength(character)) };
};

describe('a request', () => {
  it('gets its default', () => {
    expect(manifestRequestSchema.parse(REQUEST)).toEqual({ ...REQUEST, account: 'default' });
  });

  it('takes everything that a payout through Manifest may say', () => {
    const whole = {
      ...REQUEST,
      account: 'us',
      description: 'Thank you 🙂',
      scheduledAt: '2026-12-24T10:00:00+01:00',
      metadata: { wave: 3 },
    };
    expect(manifestRequestSchema.parse(whole)).toEqual({ ...whole, scheduledAt: '2026-12-24T09:00:00.000Z' });
  });

  it.each(['acon_X', 'a', 'acon.X:1', '..a', 'a?b#c', 'x'.repeat(200)])('may be for %s', (accountConnection) => {
    expect(problemsOf({ accountConnection })).toEqual([]);
  });

  it.each([
    ['reference', 'a b', 'may hold only letters, digits'],
    ['provider', 'Manifest', 'has to be "manifest"'],
    ['account', 'US', 'has to be 1 to 32 of a-z'],
    ['accountConnection', undefined, 'is missing; it has to be the id of an account connection, for example "acon_X"'],
    ['accountConnection', '', 'has to be 1 to 200 printable characters without spaces and "/"; copy the id'],
    ['accountConnection', 'acon X', 'copy the id from Manifest'],
    ['accountConnection', 'acon_X\n', 'copy the id from Manifest'],
    ['accountConnection', 'acon/X', 'copy the id from Manifest'],
    ['accountConnection', '.', 'copy the id from Manifest'],
    ['accountConnection', '..', 'copy the id from Manifest'],
    ['accountConnection', '\ud83d', 'copy the id from Manifest'],
    ['accountConnection', 'x'.repeat(201), 'copy the id from Manifest'],
    ['accountConnection', 7, 'has to be the id of an account connection'],
    ['amountMinor', undefined, 'is missing; give whole minor units'],
    ['amountMinor', 15.5, 'is not whole; give whole minor units, for example 1500 for 15.00'],
    ['amountMinor', '1500', 'is a text, not a number'],
    ['amountMinor', 0, 'is not greater than 0'],
    ['currency', undefined, 'is missing; it has to be "USD": Manifest pays nothing else'],
    ['currency', 'EUR', 'has to be "USD": Manifest pays nothing else'],
    ['currency', 'usd', 'has to be "USD"'],
    ['description', '', "is empty; leave it out for Manifest's own text"],
    ['description', 'x'.repeat(501), 'is 501 characters long; shorten it to 500 or less'],
    ['description', 'a\0b', 'has a character in it that cannot be stored'],
    ['description', '\udc00', 'has a character in it that cannot be stored'],
    ['description', 7, 'has to be a text that the recipient sees'],
    ['scheduledAt', '2026-02-30T09:00:00Z', 'does not exist in the calendar'],
    ['scheduledAt', '2026-12-24', 'is a day without a time'],
    ['metadata', [], 'has to be a JSON object'],
    ['metadata', { payout_reference: 'mine' }, 'holds "payout_reference", which is ours; rename that key'],
  ])('is refused once, naming the field and the mend: %s %j', (field, value, message) => {
    const problems = problemsOf({ [field]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${field}: `))]);
    expect(problems[0]).toContain(message);
  });

  it.each([
    ['scheduledat', 'scheduledat: is no field of a manifest payout; remove it, or use one of '],
    ['submissionId', 'submissionId: is no field of a manifest payout; remove it, or use one of '],
  ])('is refused with the unknown field %s', (field, message) => {
    expect(problemsOf({ [field]: 1 })).toEqual([expect.stringContaining(message)]);
  });

  it('is refused with every problem at once', () => {
    expect(problemsOf({ amountMinor: 0, currency: 'EUR', extra: true })).toHaveLength(3);
  });

  it.each([null, 'text', [], 7])('is no %j', (input) => {
    expect(manifestRequestSchema.safeParse(input).success).toBe(false);
  });
});

describe('user_data', () => {
  it('may be 1023 bytes long with our tag in it', () => {
    expect(problemsOf({ metadata: metadataOf(1023) })).toEqual([]);
  });

  it('is refused from 1024 bytes, naming its size and the limit', () => {
    expect(problemsOf({ metadata: metadataOf(1024) })).toEqual([
      'metadata: is 1024 bytes together with our "payout_reference"; Manifest takes 1023: shorten it by 1 or more',
    ]);
  });

  it('is measured in bytes, not in characters', () => {
    const metadata = { note: 'é'.repeat(600) };
    expect(JSON.stringify(metadata).length).toBeLessThan(1000);
    expect(problemsOf({ metadata })[0]).toContain('metadata: is 12');
  });

  it('always has room for the longest reference', () => {
    expect(problemsOf({ reference: 'r'.repeat(200) })).toEqual([]);
  });
});

describe('a payout, as leniently as it can be read', () => {
  it.each([
    ['user_data', { user_data: { payout_reference: 'a' } }, 'a'],
    ['userdata', { userdata: { payout_reference: 'a' } }, 'a'],
    ['user_data before userdata', { user_data: { payout_reference: 'a' }, userdata: { payout_reference: 'b' } }, 'a'],
    ['userdata beside an empty user_data', { user_data: {}, userdata: { payout_reference: 'b' } }, 'b'],
    ['none', {}, undefined],
    ['null', { user_data: null, userdata: null }, undefined],
    ['a text', { user_data: 'payout_reference' }, undefined],
    ['a tag that is no text', { user_data: { payout_reference: 7 } }, undefined],
  ])('finds our tag in %s', (_name, fields, reference) => {
    expect(payoutSchema.parse({ id: 'pay_A', ...fields }).reference).toBe(reference);
  });

  it.each([
    ['2024-11-12T20:22:49.075Z', '2024-11-12T20:22:49.075Z'],
    ['2024-11-12T21:22:49+01:00', '2024-11-12T20:22:49.000Z'],
    ['2024-14-12T20:22:49.075Z', undefined],
    ['2024-02-30T20:22:49.075Z', undefined],
    ['2024-11-12', undefined],
    // `Date.parse` would take these for dates of this machine's time zone.
    ['2024-11-12T20:22:49', undefined],
    ['batch 7', undefined],
    [null, undefined],
    [1_731_442_969, undefined],
  ])('reads the date %j as %s', (date, instant) => {
    expect(payoutSchema.parse({ id: 'pay_A', date }).date).toBe(instant);
  });

  it('needs an id alone, and leaves out what it does not know', () => {
    expect(payoutSchema.parse({ id: 'pay_A', type: 7, status: {}, amount_in_cents: '1500', extra: 1 })).toEqual({
      id: 'pay_A',
      activity: [],
    });
  });

  it.each([{}, { id: '' }, { id: 7 }, { id: '..' }, { id: 'a/b' }, { id: 'a b' }, null, 'pay_A', []])(
    'cannot be read from %j',
    (row) => {
      expect(payoutSchema.safeParse(row).success).toBe(false);
    },
  );
});

describe('a page', () => {
  it('counts the rows that cannot be read, and reads the others', () => {
    const page = pageSchema.parse({
      data: [makeRow('pay_A'), { nothing: 'of the kind' }, null, makeRow('pay_B', undefined, { date: 'never' })],
      pagination: { page: 1, page_size: 10, total: 4 },
    });
    expect(page.rows.map(({ id }) => id)).toEqual(['pay_A', 'pay_B']);
    expect(page).toMatchObject({ unreadable: 2, total: 4 });
  });

  it.each([undefined, null, {}, { total: '4' }, { total: -1 }, { total: 1.5 }])('has no total in %j', (pagination) => {
    expect(pageSchema.parse({ data: [], pagination })).toEqual({ rows: [], unreadable: 0, total: undefined });
  });

  it.each([{}, [], { data: {} }, 'text', null])('cannot be read from %j', (json) => {
    expect(pageSchema.safeParse(json).success).toBe(false);
  });
});

describe('other answers', () => {
  it('count the rows of a batch that cannot be read', () => {
    const { rows, unreadable } = batchSchema.parse({ payouts: [makeRow('pay_A', 'a'), {}] });
    expect([rows.map(({ reference }) => reference), unreadable]).toEqual([['a'], 1]);
  });

  it.each([
    [{ message: 'No.' }, { message: 'No.' }],
    [{ message: 7 }, {}],
    [{ message: 'No.', details: 'none' }, { message: 'No.' }],
    [
      { message: 'No.', details: [7, { message: 'Bad.', request: { a: 1 } }] },
      { message: 'No.', details: [{}, { message: 'Bad.', request: { a: 1 } }] },
    ],
    [{}, {}],
  ])('are a refusal: %j', (json, refusal) => {
    expect(refusalSchema.parse(json)).toEqual(refusal);
  });
});
