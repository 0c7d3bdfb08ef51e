import type { OutcomeKind, Seen } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';

export interface Example {
  readonly name: string;
  /** What the paying call brought back. */
  readonly result: HttpResult;
  readonly outcome: OutcomeKind;
}

const reply = (status: number, json?: unknown): HttpResult => ({
  kind: 'reply',
  status,
  text: json === undefined ? '' : JSON.stringify(json),
  json,
});

const PAYOUT = {
  id: 'pay_AAAAA',
  type: 'direct',
  status: 'pending',
  account_connection: 'acon_XXXXX',
  amount_in_cents: 10_000,
  date: '2024-11-12T20:22:49.075Z',
  fee_in_cents: 10,
  userdata: {},
};

/** What the paying call may bring back, and what that says about the money. The contract suite runs them all. */
export const manifestExamples: readonly Example[] = [
  { name: '201 with the payout', result: reply(201, PAYOUT), outcome: 'accepted' },
  { name: '200 with the payout', result: reply(200, PAYOUT), outcome: 'accepted' },
  {
    name: '200 with a body that is no JSON',
    result: { kind: 'reply', status: 200, text: '<html>', json: undefined },
    outcome: 'accepted',
  },
  {
    name: '200 with a date that does not exist',
    result: reply(200, { ...PAYOUT, date: '2024-14-12T20:22:49.075Z' }),
    outcome: 'accepted',
  },
  {
    name: '200 with a status and a type nobody knows',
    result: reply(200, { ...PAYOUT, status: 'on_hold', type: 'rtp' }),
    outcome: 'accepted',
  },
  {
    name: '400 without the permission',
    result: reply(400, {
      message: "You have not requested the 'payment.credit' permission from this account connection.",
    }),
    outcome: 'rejected',
  },
  { name: '401 on a wrong key', result: reply(401, { message: 'Unauthorized.' }), outcome: 'rejected' },
  { name: '402', result: reply(402), outcome: 'rejected' },
  { name: '403', result: reply(403), outcome: 'rejected' },
  { name: '404', result: reply(404), outcome: 'rejected' },
  { name: '422', result: reply(422, { message: 'amount_in_cents must be a positive integer.' }), outcome: 'rejected' },
  { name: '302', result: reply(302), outcome: 'ambiguous' },
  { name: '408', result: reply(408), outcome: 'ambiguous' },
  {
    name: '409: the key was used with another body',
    result: reply(409, { message: 'Conflict' }),
    outcome: 'ambiguous',
  },
  { name: '429', result: reply(429), outcome: 'ambiguous' },
  { name: '500', result: reply(500), outcome: 'ambiguous' },
  { name: '503', result: reply(503), outcome: 'ambiguous' },
  { name: 'the reply was lost', result: { kind: 'lost', cause: 'ECONNRESET' }, outcome: 'ambiguous' },
  { name: 'the connection was refused', result: { kind: 'unsent', cause: 'ECONNREFUSED' }, outcome: 'unsent' },
];

export interface RowExample {
  readonly name: string;
  readonly row: unknown;
  readonly seen: Partial<Seen>;
}

/** Rows of the provider's records, odd ones too, and what is seen in them. */
export const manifestRowExamples: readonly RowExample[] = [
  { name: 'pending', row: PAYOUT, seen: { status: 'pending', providerReference: 'pay_AAAAA', amountMinor: 10_000 } },
  { name: 'sent inside Manifest', row: { ...PAYOUT, status: 'sent' }, seen: { status: 'sent', mayReturn: false } },
  {
    name: 'sent to a bank',
    row: { ...PAYOUT, type: 'ach', status: 'sent' },
    seen: { status: 'sent', mayReturn: true },
  },
  { name: 'of a type nobody knows', row: { ...PAYOUT, type: 'rtp' }, seen: { status: 'pending', mayReturn: true } },
  {
    name: 'in a status nobody knows',
    row: { ...PAYOUT, status: 'on_hold' },
    seen: { status: 'pending', note: 'Manifest shows a status we do not know: "on_hold"' },
  },
  {
    name: 'in error, with an activity log',
    row: { ...PAYOUT, status: 'error', activity: [{ message: 'Created.' }, { message: 'Insufficient funds.' }] },
    seen: { status: 'error', note: 'Insufficient funds.' },
  },
  {
    name: 'with a date that does not exist',
    row: { ...PAYOUT, status: 'sent', date: '2024-14-12T20:22:49.075Z' },
    seen: { status: 'sent', providerReference: 'pay_AAAAA' },
  },
  { name: 'with an id alone', row: { id: 'pay_AAAAA' }, seen: { status: 'pending', mayReturn: true } },
];
