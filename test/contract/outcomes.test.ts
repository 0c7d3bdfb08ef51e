import { describe, expect, it } from 'vitest';
import type { OutcomeKind } from '../../src/payout/outcome.js';
import type { HttpResult } from '../../src/providers/http.js';
import { CONTRACTED } from './subjects.js';

const reply = (status: number, text = ''): HttpResult => ({ kind: 'reply', status, text, json: undefined });

/** Refusals that every provider's table names; who can mend them is the same everywhere. */
const REFUSALS = {
  400: 'never',
  401: 'operator',
  402: 'operator',
  403: 'operator',
  404: 'never',
  422: 'never',
} as const;
const MENDS: Readonly<Record<number, string>> = { ...REFUSALS, 405: 'never', 429: 'later' };

const BODIES = ['', 'null', '{}', '[]', '{"error":', '<html></html>', '{"message":"it was not paid"}', '\u0000'];

describe.each(CONTRACTED)('the paying call of $name', ({ subject }) => {
  const { examples, toOutcome } = subject;
  const refusals = new Set([...Object.keys(REFUSALS), ...Object.keys(subject.refusals)].map(Number));
  const expected = (status: number): OutcomeKind =>
    status < 300 ? 'accepted' : refusals.has(status) ? 'rejected' : 'ambiguous';

  it.each(examples)('is $outcome by $name', ({ result, outcome }) => {
    expect(toOutcome(result).kind).toBe(outcome);
  });

  it('shows every kind of outcome among its examples', () => {
    const shown = new Set(examples.map(({ outcome }) => outcome));
    expect(shown).toEqual(new Set(['accepted', 'rejected', 'ambiguous', 'unsent']));
  });

  it('names its examples, each by another name', () => {
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
  });

  it('has an outcome for every status: what no table names may have paid', () => {
    for (let status = 200; status <= 599; status += 1)
      expect([status, toOutcome(reply(status)).kind]).toEqual([status, expected(status)]);
  });

  it.each(BODIES)('is judged by its status, whatever the body says: %j', (text) => {
    for (const status of [200, 201, 202, 204, 301, 400, 402, 408, 409, 429, 500, 503])
      expect([status, toOutcome(reply(status, text)).kind]).toEqual([status, expected(status)]);
  });

  it('says who can mend a refusal, and keeps its status', () => {
    for (const status of refusals)
      expect(toOutcome(reply(status))).toMatchObject({ kind: 'rejected', httpStatus: status, mend: MENDS[status] });
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'no whole reply within 30000 ms', ''])(
    'may have paid when its reply is lost: %j',
    (cause) => {
      expect(toOutcome({ kind: 'lost', cause })).toEqual({ kind: 'ambiguous', cause });
    },
  );

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED'])('has paid nothing when it never left: %s', (cause) => {
    expect(toOutcome({ kind: 'unsent', cause })).toEqual({ kind: 'unsent', cause });
  });

  it('says in words why, and never with a whole page', () => {
    for (const status of [400, 401, 409, 429, 500]) {
      const outcome = toOutcome(reply(status, JSON.stringify({ message: 'x'.repeat(5_000) })));
      const words = 'message' in outcome ? outcome.message : 'cause' in outcome ? outcome.cause : '';
      expect(words).not.toBe('');
      expect(words.length).toBeLessThanOrEqual(400);
    }
  });
});
