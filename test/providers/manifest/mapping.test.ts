import { describe, expect, it } from 'vitest';
import type { HttpResult } from '../../../src/providers/http.js';
import { manifestExamples, manifestRowExamples } from '../../../src/providers/manifest/examples.js';
import { toOutcome, toSeen, unreadable } from '../../../src/providers/manifest/mapping.js';
import { payoutSchema } from '../../../src/providers/manifest/schemas.js';
import { makeRow } from './support.js';

const reply = (status: number, json?: unknown): HttpResult => ({ kind: 'reply', status, text: '', json });

const seenIn = (row: unknown) => toSeen(payoutSchema.parse(row));

describe('what the paying call did to the money', () => {
  it.each(manifestExamples)('$name: $outcome', ({ result, outcome }) => {
    expect(toOutcome(result).kind).toBe(outcome);
  });

  it('has an example of every kind', () => {
    expect(new Set(manifestExamples.map(({ outcome }) => outcome))).toEqual(
      new Set(['accepted', 'rejected', 'ambiguous', 'unsent']),
    );
  });

  it('is a refusal only where the table names it', () => {
    const statuses = Array.from({ length: 500 }, (_none, index) => 100 + index);
    const refused = statuses.filter((status) => toOutcome(reply(status)).kind === 'rejected');
    const accepted = statuses.filter((status) => toOutcome(reply(status)).kind === 'accepted');
    expect(refused).toEqual([400, 401, 402, 403, 404, 422]);
    expect([accepted.length, accepted[0], accepted.at(-1)]).toEqual([100, 200, 299]);
  });

  it.each([
    [400, 'invalid', 'never'],
    [401, 'unauthorized', 'operator'],
    [402, 'payment_required', 'operator'],
    [403, 'forbidden', 'operator'],
    [404, 'not_found', 'never'],
    [422, 'invalid', 'never'],
  ])('%i: %s, mended by: %s', (status, reason, mend) => {
    expect(toOutcome(reply(status, { message: 'No.' }))).toEqual({
      kind: 'rejected',
      httpStatus: status,
      reason,
      mend,
      message: `Manifest answered ${status}: No.`,
    });
  });

  it('is in doubt at 409, saying that the key was used with another body', () => {
    expect(toOutcome(reply(409, { message: 'Conflict' }))).toEqual({
      kind: 'ambiguous',
      httpStatus: 409,
      cause: 'the idempotency key was used with another body; Manifest answered 409: Conflict',
    });
  });

  it('tells why a batch was refused', () => {
    const json = { message: 'No payouts were created.', details: [{ message: 'Deleted.' }, { message: 7 }] };
    expect(toOutcome(reply(400, json))).toMatchObject({
      message: 'Manifest answered 400: No payouts were created. Deleted.',
    });
  });

  it.each(['a\0b \n c\u001b[31m', '\ud83d alone', 'x'.repeat(5_000), '🙂'.repeat(5_000), `x${'🙂'.repeat(5_000)}`])(
    'keeps words that the ledger can store',
    (message) => {
      const outcome = toOutcome(reply(400, { message }));
      const kept = outcome.kind === 'rejected' ? outcome.message : '';
      expect(kept.length).toBeGreaterThan('Manifest answered 400:'.length);
      expect(kept.length).toBeLessThanOrEqual(300);
      expect(kept).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    },
  );

  it('believes no body that shows another payout than the one that was asked for', () => {
    const asked = { reference: 'a', amountMinor: 1500, accountConnection: 'acon_X' };
    const outcomeOf = (changes: object) => toOutcome(reply(201, makeRow('pay_A', 'a', changes)), asked);
    expect(outcomeOf({})).toMatchObject({ kind: 'accepted', seen: { status: 'sent' } });
    expect(outcomeOf({ userdata: {} })).toMatchObject({ kind: 'accepted', seen: { status: 'sent' } });
    for (const [changes, named] of [
      [{ userdata: { payout_reference: 'b' } }, 'the reference b, asked for was a'],
      [{ amount_in_cents: 15 }, 'the amount 15, asked for was 1500'],
      [{ amount_in_cents: 1500.5 }, 'the amount 1500.5, asked for was 1500'],
      [{ account_connection: 'acon_Y' }, 'the account connection acon_Y, asked for was acon_X'],
    ] as const) {
      expect(outcomeOf(changes)).toEqual({
        kind: 'accepted',
        httpStatus: 201,
        note: `the reply shows another payout: pay_A has ${named}`,
      });
    }
  });
});

describe('what is seen in a row', () => {
  it.each(manifestRowExamples)('$name', ({ row, seen }) => {
    expect(seenIn(row)).toMatchObject(seen);
  });

  it.each(['created', 'ready', 'pending', 'sent', 'error', 'returned', 'canceled'])('%s is ours too', (status) => {
    expect(seenIn(makeRow('pay_A', 'a', { status }))).toEqual({
      status,
      providerReference: 'pay_A',
      amountMinor: 1500,
      mayReturn: false,
      date: '2026-12-01T09:00:00.000Z',
    });
  });

  it.each(['cancelled', 'SENT', 'constructor', '__proto__', 'failed'])('%s is no ending', (status) => {
    expect(seenIn({ id: 'pay_A', status })).toMatchObject({
      status: 'pending',
      note: `Manifest shows a status we do not know: "${status}"`,
    });
  });

  it('tells no amount that is none', () => {
    expect(seenIn({ id: 'pay_A', amount_in_cents: 1500.5 })).not.toHaveProperty('amountMinor');
    expect(seenIn({ id: 'pay_A', amount_in_cents: '1500' })).not.toHaveProperty('amountMinor');
  });

  it.each([
    [[{ message: 'First.' }, { error: 'Last.' }, { at: 'noon' }], 'Last.'],
    [['text'], 'text'],
    [[{ reason: '' }, { description: 'Fraud suspected.' }], 'Fraud suspected.'],
    [[{ account_number: '000123' }], undefined],
    [[null, 7], undefined],
    [[], undefined],
    ['no log', undefined],
  ])('tells why it is in error: %j', (activity, note) => {
    expect(seenIn(makeRow('pay_A', 'a', { status: 'error', activity })).note).toBe(note);
    expect(seenIn(makeRow('pay_A', 'a', { status: 'sent', activity })).note).toBeUndefined();
  });
});

describe('a read that brought nothing', () => {
  it.each([
    [reply(401, { message: 'Unauthorized.' }), 'operator', 'Manifest answered 401: Unauthorized.'],
    [reply(402), 'operator', 'Manifest answered 402'],
    [reply(403), 'operator', 'Manifest answered 403'],
    [reply(404), 'provider', 'Manifest answered 404'],
    [reply(429), 'provider', 'Manifest answered 429'],
    [reply(302), 'provider', 'Manifest answered 302'],
    [reply(503), 'provider', 'Manifest answered 503'],
    [reply(200, []), 'provider', 'Manifest answered 200 with a body that could not be read'],
    [{ kind: 'lost', cause: 'ECONNRESET' }, 'provider', 'no answer from Manifest: ECONNRESET'],
    [{ kind: 'unsent', cause: 'ECONNREFUSED' }, 'provider', 'no answer from Manifest: ECONNREFUSED'],
  ] as const)('%j waits for the %s', (result, waitingFor, because) => {
    expect(unreadable(result)).toEqual({ waitingFor, because });
  });
});
