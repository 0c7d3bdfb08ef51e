import { describe, expect, it } from 'vitest';
import { describeReply } from '../../../src/providers/respondent/describe-reply.js';
import { respondentExamples } from '../../../src/providers/respondent/examples.js';
import { toOutcome, toRead } from '../../../src/providers/respondent/mapping.js';

const reply = (status: number, json?: unknown) =>
  ({ kind: 'reply', status, text: json === undefined ? '' : JSON.stringify(json), json }) as const;

describe('the paying call', () => {
  it.each(respondentExamples)('$name: $outcome', ({ result, outcome }) => {
    expect(toOutcome(result).kind).toBe(outcome);
  });

  it.each([
    [400, 'invalid', 'never'],
    [401, 'unauthorized', 'operator'],
    [402, 'payment_required', 'operator'],
    [403, 'forbidden', 'operator'],
    [404, 'not_found', 'never'],
    [422, 'invalid', 'never'],
    [429, 'rate_limited', 'later'],
  ])('%i is a refusal that pays nothing: %s, mended by %s', (status, reason, mend) => {
    expect(toOutcome(reply(status))).toMatchObject({ kind: 'rejected', httpStatus: status, reason, mend });
  });

  it('doubts every status that the table does not name', () => {
    const named = new Set([400, 401, 402, 403, 404, 422, 429]);
    for (let status = 100; status < 600; status += 1) {
      const expected = status >= 200 && status < 300 ? 'accepted' : named.has(status) ? 'rejected' : 'ambiguous';
      expect(toOutcome(reply(status)).kind, String(status)).toBe(expected);
    }
  });
});

describe('a read', () => {
  it.each([
    [reply(200, []), { kind: 'read', json: [] }],
    [
      { ...reply(200), text: '<html>' },
      { kind: 'unready', waitingFor: 'provider' },
    ],
    [reply(204), { kind: 'unready', waitingFor: 'provider' }],
    [reply(401), { kind: 'unready', waitingFor: 'operator' }],
    [reply(403), { kind: 'unready', waitingFor: 'operator' }],
    [reply(404), { kind: 'refused' }],
    [reply(400), { kind: 'unready', waitingFor: 'provider' }],
    [reply(302), { kind: 'unready', waitingFor: 'provider' }],
    [reply(429), { kind: 'unready', waitingFor: 'provider' }],
    [reply(500), { kind: 'unready', waitingFor: 'provider' }],
    [
      { kind: 'lost', cause: 'ECONNRESET' },
      { kind: 'unready', waitingFor: 'provider' },
    ],
    [
      { kind: 'unsent', cause: 'ENOTFOUND' },
      { kind: 'unready', waitingFor: 'provider' },
    ],
  ] as const)('%j', (result, read) => {
    expect(toRead(result, 'counts')).toMatchObject(read);
  });
});

describe('what Respondent said', () => {
  it.each([
    [{ message: 'no' }, 'Respondent answered 400: no'],
    [{ statusCode: 400, message: ['a', 'b'], error: 'Bad Request' }, 'Respondent answered 400: a; b'],
    [{ error: { message: 'deep' } }, 'Respondent answered 400: deep'],
    [{ detail: 'one\n  line\u0000' }, 'Respondent answered 400: one line'],
    ['bare', 'Respondent answered 400: bare'],
    [{ unknown: 'x' }, 'Respondent answered 400'],
    [undefined, 'Respondent answered 400'],
  ])('%j', (json, line) => {
    expect(describeReply(reply(400, json))).toBe(line);
  });
  it('is capped, and no markup', () => {
    expect(describeReply(reply(400, { message: 'x'.repeat(5000) }))).toHaveLength(300);
    expect(describeReply({ status: 502, text: '<html>Bad', json: undefined })).toBe('Respondent answered 502');
    expect(describeReply({ status: 502, text: 'Bad gateway', json: undefined })).toBe(
      'Respondent answered 502: Bad gateway',
    );
  });
});
