import type { OutcomeKind } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';

/** Exchanges of the paying call, and what each did to the money. */
export interface ProlificExample {
  readonly name: string;
  readonly result: HttpResult;
  readonly outcome: OutcomeKind;
}

const reply = (status: number, json: unknown): HttpResult => ({
  kind: 'reply',
  status,
  text: JSON.stringify(json),
  json,
});

const error = (status: number, title: string, detail: unknown): HttpResult =>
  reply(status, { error: { status, error_code: 140_000 + status, title, detail } });

const PROCESSING =
  'Bulk bonus payment with ID 8f14e45f-ceea-4d3a-9f2b-1a2b3c4d5e6f is being processed asynchronously. Payments will be completed shortly.';

export const prolificExamples: readonly ProlificExample[] = [
  { name: '202 with a sentence', result: reply(202, PROCESSING), outcome: 'accepted' },
  {
    name: '202 with the sentence of 2021',
    result: reply(202, 'Successfully processed bonus payments.'),
    outcome: 'accepted',
  },
  { name: '200 with an error inside', result: reply(200, { error: 'nothing of the kind' }), outcome: 'accepted' },
  {
    name: '202 with a broken body',
    result: { kind: 'reply', status: 202, text: '{"id": "', json: undefined },
    outcome: 'accepted',
  },
  {
    name: '202 without a body',
    result: { kind: 'reply', status: 202, text: '', json: undefined },
    outcome: 'accepted',
  },

  { name: '400 without the funds', result: error(400, 'Bad request', 'Insufficient funds'), outcome: 'rejected' },
  { name: '401 with a wrong token', result: reply(401, { detail: 'Invalid token.' }), outcome: 'rejected' },
  {
    name: '402',
    result: reply(402, { message: 'Payment required', detail: 'Top up the workspace.' }),
    outcome: 'rejected',
  },
  {
    name: '403 without the permission',
    result: error(403, 'Forbidden', { permission: 'pay bonuses' }),
    outcome: 'rejected',
  },
  { name: '404 for an unknown bulk', result: error(404, 'Not found', 'Not found.'), outcome: 'rejected' },
  { name: '405', result: reply(405, { detail: 'Method "POST" not allowed.' }), outcome: 'rejected' },
  { name: '422 with issues', result: reply(422, { type: 'validation', issues: ['id: unknown'] }), outcome: 'rejected' },
  { name: '429', result: reply(429, { detail: 'Too many requests.' }), outcome: 'rejected' },

  { name: '301 to another path', result: reply(301, null), outcome: 'ambiguous' },
  { name: '408', result: reply(408, { detail: 'Request timeout.' }), outcome: 'ambiguous' },
  { name: '409', result: error(409, 'Conflict', ['Already being processed.']), outcome: 'ambiguous' },
  { name: '418, which no table names', result: reply(418, null), outcome: 'ambiguous' },
  { name: '500', result: reply(500, { detail: 'Internal server error.' }), outcome: 'ambiguous' },
  {
    name: '502 with a page',
    result: { kind: 'reply', status: 502, text: '<html></html>', json: undefined },
    outcome: 'ambiguous',
  },
  { name: 'a reply that was lost', result: { kind: 'lost', cause: 'ECONNRESET' }, outcome: 'ambiguous' },
  {
    name: 'no whole reply in time',
    result: { kind: 'lost', cause: 'no whole reply within 5000 ms' },
    outcome: 'ambiguous',
  },

  { name: 'a refused connection', result: { kind: 'unsent', cause: 'ECONNREFUSED' }, outcome: 'unsent' },
];
