import type { OutcomeKind } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';

export interface Example {
  readonly name: string;
  /** What the paying call brought back. */
  readonly result: HttpResult;
  readonly outcome: OutcomeKind;
}

const reply = (status: number, text = ''): HttpResult => {
  const isJson = /^[[{"]/.test(text);
  return { kind: 'reply', status, text, json: isJson ? (JSON.parse(text) as unknown) : undefined };
};

/** What the paying call may bring back, and what that says about the money. The contract suite runs them all. */
export const respondentExamples: readonly Example[] = [
  { name: '201 without a body, as documented', result: reply(201), outcome: 'accepted' },
  { name: '201 with text', result: reply(201, 'Created'), outcome: 'accepted' },
  { name: '200 with JSON', result: reply(200, '{"ok":true}'), outcome: 'accepted' },
  { name: '202', result: reply(202), outcome: 'accepted' },

  {
    name: '400 on a bad number',
    result: reply(400, '{"statusCode":400,"message":["payoutCount must not be greater than 5"],"error":"Bad Request"}'),
    outcome: 'rejected',
  },
  {
    name: '401 on bad credentials',
    result: reply(401, '{"statusCode":401,"message":"Unauthorized"}'),
    outcome: 'rejected',
  },
  {
    name: '402 without a card on file',
    result: reply(402, '{"message":"The team has no default payment card on file, so the payout cannot be charged"}'),
    outcome: 'rejected',
  },
  { name: '403', result: reply(403, '{"message":"Forbidden"}'), outcome: 'rejected' },
  { name: '404 on an unknown project', result: reply(404, '{"message":"Not Found"}'), outcome: 'rejected' },
  { name: '422', result: reply(422, '{"detail":"unprocessable"}'), outcome: 'rejected' },
  { name: '429 without any hint when to return', result: reply(429), outcome: 'rejected' },

  { name: '301', result: reply(301), outcome: 'ambiguous' },
  { name: '408', result: reply(408), outcome: 'ambiguous' },
  {
    name: '409, which may answer our own earlier call',
    result: reply(409, '{"message":"Conflict"}'),
    outcome: 'ambiguous',
  },
  { name: '500', result: reply(500, '{"message":"Internal server error"}'), outcome: 'ambiguous' },
  {
    name: '502 with a page of markup',
    result: reply(502, '<html><body>Bad Gateway</body></html>'),
    outcome: 'ambiguous',
  },
  { name: '504', result: reply(504), outcome: 'ambiguous' },
  {
    name: 'no whole reply in time',
    result: { kind: 'lost', cause: 'no whole reply within 30000 ms' },
    outcome: 'ambiguous',
  },
  { name: 'the connection broke', result: { kind: 'lost', cause: 'ECONNRESET' }, outcome: 'ambiguous' },

  { name: 'the connection was refused', result: { kind: 'unsent', cause: 'ECONNREFUSED' }, outcome: 'unsent' },
  { name: 'the host has no address', result: { kind: 'unsent', cause: 'ENOTFOUND' }, outcome: 'unsent' },
];
