import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HttpResult } from '../../../src/providers/http.js';
import { describeRefusal } from '../../../src/providers/prolific/error-detail.js';
import { prolificExamples } from '../../../src/providers/prolific/examples.js';
import { toAnswer, toPayOutcome } from '../../../src/providers/prolific/mapping.js';

const reply = (status: number, json?: unknown): HttpResult => ({
  kind: 'reply',
  status,
  text: json === undefined ? '' : JSON.stringify(json),
  json,
});

describe('the paying call', () => {
  it.each(prolificExamples)('is $outcome by $name', ({ result, outcome }) => {
    expect(toPayOutcome(result).kind).toBe(outcome);
  });

  it('shows each kind of outcome among its examples', () => {
    expect(new Set(prolificExamples.map(({ outcome }) => outcome))).toEqual(
      new Set(['accepted', 'rejected', 'ambiguous', 'unsent']),
    );
  });

  it('is accepted by the sentence that Prolific documents', () => {
    const text = readFileSync(new URL('fixtures/pay-accepted.json', import.meta.url), 'utf8');
    const result: HttpResult = { kind: 'reply', status: 202, text, json: JSON.parse(text) as unknown };
    expect(toPayOutcome(result)).toEqual({
      kind: 'accepted',
      httpStatus: 202,
      note:
        'Bulk bonus payment with ID 8f14e45f-ceea-4d3a-9f2b-1a2b3c4d5e6f is being processed asynchronously. ' +
        'Payments will be completed shortly.',
    });
  });

  it.each([
    [400, 'invalid', 'never'],
    [401, 'unauthorized', 'operator'],
    [402, 'payment_required', 'operator'],
    [403, 'forbidden', 'operator'],
    [404, 'not_found', 'never'],
    [405, 'invalid', 'never'],
    [422, 'invalid', 'never'],
    [429, 'rate_limited', 'later'],
  ])('is refused by %i as %s, to be mended %s', (httpStatus, reason, mend) => {
    expect(toPayOutcome(reply(httpStatus, { detail: 'No.' }))).toEqual({
      kind: 'rejected',
      httpStatus,
      reason,
      mend,
      message: `Prolific answered ${httpStatus}: No.`,
    });
  });

  it('is accepted by every 2xx, and is a doubt by every status that the table does not name', () => {
    const named = new Set([400, 401, 402, 403, 404, 405, 422, 429]);
    for (let status = 100; status < 600; status += 1) {
      if (named.has(status)) continue;
      const expected = status >= 200 && status < 300 ? 'accepted' : 'ambiguous';
      expect([status, toPayOutcome(reply(status, { error: 'x' })).kind]).toEqual([status, expected]);
    }
  });
});

describe('a read or the set-up', () => {
  it.each([
    [401, { kind: 'unready', waitingFor: 'operator' }],
    [402, { kind: 'unready', waitingFor: 'operator' }],
    [403, { kind: 'unready', waitingFor: 'operator' }],
    [400, { kind: 'refused' }],
    [404, { kind: 'refused' }],
    [422, { kind: 'refused' }],
    [429, { kind: 'unready', waitingFor: 'provider' }],
    [302, { kind: 'unready', waitingFor: 'provider' }],
    [409, { kind: 'unready', waitingFor: 'provider' }],
    [500, { kind: 'unready', waitingFor: 'provider' }],
    [503, { kind: 'unready', waitingFor: 'provider' }],
  ])('answered by %i is %o', (status, expected) => {
    const message = `set-up: Prolific answered ${status}: Why`;
    expect(toAnswer(reply(status, { detail: 'Why' }), 'set-up')).toEqual({ ...expected, message });
  });

  it('answered by 2xx gives its body', () => {
    expect(toAnswer(reply(201, { id: 'b1' }), 'set-up')).toEqual({ kind: 'answered', value: { id: 'b1' } });
  });

  it.each([
    { kind: 'lost', cause: 'ECONNRESET' },
    { kind: 'unsent', cause: 'ECONNREFUSED' },
  ] as const)('that was $kind is tried again later', (result) => {
    const message = `set-up: no answer from Prolific (${result.cause})`;
    expect(toAnswer(result, 'set-up')).toEqual({ kind: 'unready', waitingFor: 'provider', message });
  });
});

describe('what Prolific says about a refusal', () => {
  it.each([
    [
      'the nested shape',
      { error: { status: 400, title: 'Bad request', error_code: 1, detail: 'no such id' } },
      'Bad request: no such id',
    ],
    [
      'a detail by field',
      { error: { title: 'Bad request', detail: { csv_bonuses: ['a1'] } } },
      'Bad request: {"csv_bonuses":["a1"]}',
    ],
    ['a detail that is a list', { error: { detail: ['a', 'b'] } }, '["a","b"]'],
    ['message and detail', { message: 'Oops', detail: 'no funds' }, 'Oops: no funds'],
    ['the same words twice', { message: 'Oops', detail: 'Oops' }, 'Oops'],
    ['detail alone', { detail: 'Invalid token.' }, 'Invalid token.'],
    ['type and issues', { type: 'validation', issues: ['a'] }, 'validation: ["a"]'],
    ['a bare error', { error: 'nope' }, 'nope'],
    ['a bare string', 'nope', 'nope'],
    ['fields of its own', { csv_bonuses: ['bad'] }, '{"csv_bonuses":["bad"]}'],
    ['null', null, ''],
    ['a list', ['a'], ''],
    ['a null detail', { detail: null, message: 'm' }, 'm'],
    ['lines and control characters', { detail: 'a\n b\u0000\tc' }, 'a b c'],
  ])('is read from %s', (_what, body, said) => {
    expect(describeRefusal({ text: JSON.stringify(body), json: body })).toBe(said);
  });

  it('is read from plain text, and never from a page', () => {
    expect(describeRefusal({ text: 'upstream down', json: undefined })).toBe('upstream down');
    expect(describeRefusal({ text: '\n<html><body>502</body></html>', json: undefined })).toBe('');
  });

  it('is text that every database takes', () => {
    expect(describeRefusal({ text: '', json: { detail: 'a\ud83db' } })).toBe('a b');
    const cut = describeRefusal({ text: '', json: { detail: '😀'.repeat(300) } });
    expect(cut).not.toMatch(/\p{Cs}/u);
    expect(cut.length).toBeLessThanOrEqual(300);
  });

  it('is cut at 300 characters', () => {
    const said = describeRefusal({ text: '', json: { detail: 'x'.repeat(5_000) } });
    expect(said).toHaveLength(300);
    const outcome = toPayOutcome(reply(400, { detail: 'x'.repeat(5_000) }));
    expect(outcome.kind === 'rejected' && outcome.message.length).toBeLessThanOrEqual(330);
  });
});
