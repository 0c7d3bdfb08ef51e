import { describe, expect, it } from 'vitest';
import { PayoutsError } from '../../src/payout/errors.js';
import { differingFields, parseRequest } from '../../src/providers/parse-request.js';
import { CONTRACTED } from './subjects.js';

/** What every provider refuses in the same words, since it stands in every request. */
const BAD: readonly [what: string, fields: Readonly<Record<string, unknown>>][] = [
  ['no reference', { reference: undefined }],
  ['a reference that is no text', { reference: 42 }],
  ['an empty reference', { reference: '' }],
  ['a reference of 201 characters', { reference: 'a'.repeat(201) }],
  ['a reference with a space', { reference: 'study 42' }],
  ['a reference with a letter beyond ASCII', { reference: 'étude-42' }],
  ['a reference with a line break', { reference: 'study-42\n' }],
  ['a reference with NUL', { reference: 'study-42\u0000' }],
  ['an empty account', { account: '' }],
  ['an account in capitals', { account: 'US' }],
  ['an account with a dash', { account: 'us-east' }],
  ['an account of 33 characters', { account: 'a'.repeat(33) }],
  ['an account that is null', { account: null }],
  ['an account with a line break', { account: 'us\n' }],
  ['a date that is no text', { scheduledAt: 1_790_000_000_000 }],
  ['a day without a time', { scheduledAt: '2026-12-24' }],
  ['an instant without an offset', { scheduledAt: '2026-12-24T09:00:00' }],
  ['30 February', { scheduledAt: '2026-02-30T09:00:00Z' }],
  ['29 February of a common year', { scheduledAt: '2027-02-29T09:00:00Z' }],
  ['month 14', { scheduledAt: '2024-14-12T20:22:49.075Z' }],
  ['hour 24', { scheduledAt: '2026-12-24T24:00:00Z' }],
  ['minute 60', { scheduledAt: '2026-12-24T09:60:00Z' }],
  ['an offset of 25 hours', { scheduledAt: '2026-12-24T09:00:00+25:00' }],
  ['words', { scheduledAt: 'tomorrow' }],
  ['an empty date', { scheduledAt: '' }],
  ['metadata that is a list', { metadata: ['wave 3'] }],
  ['metadata that is a text', { metadata: 'wave 3' }],
  ['metadata that is null', { metadata: null }],
  ['metadata with a number that JSON has not', { metadata: { wave: Number.NaN } }],
  ['metadata with a date', { metadata: { since: new Date(0) } }],
  ['metadata with NUL', { metadata: { wave: '3\u0000' } }],
];

const UNKNOWN = ['amount', 'amount_minor', 'Reference', 'idempotencyKey', 'status', 'references', 'tip', '__proto__x'];

/** The refusal in the client's words, or nothing. */
function refusalOf(request: unknown): string | undefined {
  try {
    parseRequest(request);
    return undefined;
  } catch (error) {
    if (error instanceof PayoutsError && error.code === 'InvalidRequest') return error.message;
    throw error;
  }
}

describe.each(CONTRACTED)('a request of $name', ({ name, subject }) => {
  const good = subject.request;

  it('is taken as it stands, with the defaults written out', () => {
    expect(parseRequest(good)).toMatchObject({ ...good, account: 'default' });
  });

  it('is the same request when it is parsed again', () => {
    const parsed = parseRequest({ ...good, scheduledAt: '2026-12-24T10:00:00+01:00', metadata: { wave: 3 } });
    expect(parseRequest(parsed)).toEqual(parsed);
    expect(parseRequest(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
    expect(differingFields(parsed, parsed)).toEqual([]);
  });

  it('has its instants in UTC, so that two spellings of one instant are one request', () => {
    const [first, second] = ['2026-12-24T10:00:00+01:00', '2026-12-24T09:00:00.000Z'].map((scheduledAt) =>
      parseRequest({ ...good, scheduledAt }),
    );
    expect(first).toMatchObject({ scheduledAt: '2026-12-24T09:00:00.000Z' });
    expect(first).toEqual(second);
  });

  it.each(UNKNOWN)('is refused for an unknown field, which is named: %s', (field) => {
    expect(refusalOf({ ...good, [field]: 1 })).toContain(field);
  });

  it.each(BAD)('is refused for %s, which is named', (_what, fields) => {
    expect(refusalOf({ ...good, ...fields })).toContain(`${Object.keys(fields)[0]}: `);
  });

  it('names every bad field at once', () => {
    const message = refusalOf({ ...good, reference: 'a b', account: 'US', scheduledAt: 'tomorrow' });
    for (const field of ['reference: ', 'account: ', 'scheduledAt: ']) expect(message).toContain(field);
  });

  it('is refused for every field of its own that is missing', () => {
    const own = Object.keys(good).filter((field) => field !== 'reference' && field !== 'provider');
    for (const field of own)
      expect([field, refusalOf({ ...good, [field]: undefined })]).toEqual([field, expect.any(String)]);
  });

  it.each([0, -1, 0.5, '1500', null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'is refused for an amount that is no positive whole number of minor units: %s',
    (amountMinor) => {
      if (!('amountMinor' in good)) return expect(refusalOf({ ...good, amountMinor })).toContain('amountMinor');
      expect(refusalOf({ ...good, amountMinor })).toContain('amountMinor: ');
    },
  );

  it('is compared by everything but its metadata', () => {
    const claimed = parseRequest(good);
    expect(differingFields(claimed, parseRequest({ ...good, metadata: { wave: 3 } }))).toEqual([]);
    expect(differingFields(claimed, parseRequest({ ...good, account: 'us' }))).toEqual(['account']);
    expect(differingFields(claimed, parseRequest({ ...good, scheduledAt: '2026-12-24T09:00:00Z' }))).toEqual([
      'scheduledAt',
    ]);
  });

  it('is not taken for one of another provider', () => {
    for (const other of CONTRACTED.filter((one) => one.name !== name))
      expect(refusalOf({ ...good, provider: other.name })).toEqual(expect.any(String));
  });
});

describe('what stands in every request', () => {
  it.each(BAD)('is refused in the same words by every provider: %s', (_what, fields) => {
    const words = CONTRACTED.map(({ subject }) => refusalOf({ ...subject.request, ...fields }));
    expect(new Set(words).size).toBe(1);
  });
});

describe('what is no request', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a text', 'study-42'],
    ['a request without a provider', { reference: 'study-42' }],
    ['a request of an unknown provider', { reference: 'study-42', provider: 'paypal' }],
    ['a provider that every object has', { reference: 'study-42', provider: 'constructor' }],
    ['a provider that is no text', { reference: 'study-42', provider: ['manifest'] }],
  ])('is refused, and the mend is named: %s', (_what, request) => {
    expect(refusalOf(request)).toMatch(/manifest/);
  });
});
