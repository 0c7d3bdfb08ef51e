import { onTestFinished } from 'vitest';
import { decide, type Rules } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import type { FirstCall, LedgerTransaction } from '../../src/ledger/transaction.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { makeIdempotencyKey } from '../../activities/idempotency-key.js';
import { makeDatabase } from './database.js';
import { manifestRequest } from './requests.js';

/** An empty ledger of this test's own, up to date. */
export async function makeLedger(): Promise<PostgresLedger & { readonly url: string }> {
  const url = await makeDatabase();
  const ledger = openLedger({ url, maxConnections: 30 });
  onTestFinished(() => ledger.close());
  await ledger.migrate();
  return { ...ledger, url };
}

export const claimOf = (input: { readonly reference: string }) => {
  const request = parseRequest(input);
  const { reference, provider, account } = request;
  return { reference, provider, account, host: 'http://provider.example', credentials: 'hash', request };
};

/** Claims, and fails where somebody else has the reference. */
export async function claim(tx: LedgerTransaction, input: { readonly reference: string }): Promise<Facts> {
  const facts = await tx.claim(claimOf(input));
  if (!facts) throw new Error(`${input.reference} is claimed`);
  return facts;
}

/** What claims a payout of Manifest and opens its exchange in one statement. */
export const firstCall = (reference: string, ledgerId: string): FirstCall<'idempotent'> => {
  const claimed = claimOf(manifestRequest({ reference }));
  return {
    claim: claimed,
    ledgerId,
    idempotencyKey: makeIdempotencyKey(claimed, 1),
    call: { method: 'POST', path: '/payout', body: '{"amount_in_cents":1500}' },
    contract: 'idempotent',
    // Only `decideGrounds` makes grounds; here the ledger is asked alone.
    grounds: { kind: 'first' } as never,
    snapshot: null,
    worker: 'test 1',
    sendWithinMs: 1_000,
    closesWithinMs: 3_000,
  };
};

/** Writes an attempt with one exchange, as the paying transaction does. Returns the exchange's id. */
export async function openExchange(tx: LedgerTransaction, facts: Facts): Promise<number> {
  const { nowMs } = await tx.standing();
  const earlier = facts.attempts.at(-1);
  const idempotencyKey = makeIdempotencyKey(facts.claim, 1);
  const call = { method: 'POST', path: '/pay', body: '{}' } as const;
  const attemptId =
    earlier?.id ?? (await tx.openAttempt(facts.claim.reference, { number: 1, idempotencyKey, call, subject: null }));
  return tx.openExchange({
    contract: 'unguarded',
    // Only `decideGrounds` makes grounds; here the ledger is asked alone.
    grounds: { kind: 'first' } as never,
    attemptId,
    openedAtMs: nowMs,
    sendByMs: nowMs + 1_000,
    closesAtMs: nowMs + 2_000,
    credentials: 'hash',
    snapshot: null,
    worker: 'test',
  });
}

export const RULES: Rules = {
  isWatched: false,
  contract: 'unguarded',
  scheduling: 'timer',
  guardProven: false,
  cancelsAtProvider: false,
  credentials: 'hash',
  timing: {
    httpTimeoutMs: 1_000,
    sendByMs: 1_000,
    settleMs: 1_000,
    pollMs: 100,
    keyWindowMs: 3_600_000,
    operatorRetryMs: 60_000,
    returnWindowMs: 60_000,
    watchMs: 60_000,
    fallbackMs: 604_800_000,
  },
};

/** Writes what `decide` says of the facts. */
export const rule = (tx: LedgerTransaction, facts: Facts) => tx.recordRuling(facts, decide(facts, RULES));
