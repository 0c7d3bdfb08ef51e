import { createHash, randomUUID } from 'node:crypto';
import type { EffectContract } from '../src/payout/contract.js';
import { decide, type News, type Rules, type Ruling } from '../src/payout/decide.js';
import { payableFrom } from '../src/payout/wanted.js';
import type { Facts } from '../src/payout/facts.js';
import { LedgerUnreachable, PayoutsError } from '../src/payout/errors.js';
import { decideGrounds, provenAbsentNow, type Grounds } from '../src/payout/grounds.js';
import type { Call, Outcome } from '../src/payout/outcome.js';
import type { PayoutRequest } from '../src/payout/request.js';
import { lastAttempt } from '../src/payout/verdict.js';
import type { SubmitInput, View } from '../src/payout/view.js';
import type { LedgerTransaction } from '../src/ledger/transaction.js';
import { claimOrCompare, recallFacts } from './claim.js';
import type { Deadline } from './deadline.js';
import type { Deps, ServedAccount } from './deps.js';
import { whoIsBefore } from './lanes.js';
import { readQuestion, type Question } from './look-up.js';
import type { Ready } from './make-ready.js';
import { hostDiffers, rulesFor } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';

export type Opened =
  /** Nothing is to be sent now; the view says what is. */
  | { readonly kind: 'ruled'; readonly view: View }
  /** It may be paid, once the provider's reads and lanes are done. */
  | { readonly kind: 'to_ready'; readonly question: Question; readonly wantsLook: boolean }
  /** Written down. After the commit, and not before, the request may be made: once. */
  | { readonly kind: 'opened'; readonly exchangeId: number; readonly call: Call; readonly idempotencyKey: string };

/** One transaction: claim or compare, read the decisions, check the lanes and the grounds, and write the exchange. */
export async function openExchange(
  deps: Deps,
  served: ServedAccount,
  input: SubmitInput,
  request: PayoutRequest | undefined,
  deadline: Deadline,
  ready: Ready | undefined,
): Promise<Opened> {
  const token = `${deps.worker} ${randomUUID()}`;
  try {
    return await openAs(token, deps, served, input, request, deadline, ready);
  } catch (error) {
    if (mayHaveCommitted(error)) await closeUnheard(deps, input.reference, token);
    throw error;
  }
}

function openAs(
  token: string,
  { ledger, clock }: Deps,
  served: ServedAccount,
  { reference, ledgerId }: SubmitInput,
  request: PayoutRequest | undefined,
  deadline: Deadline,
  ready: Ready | undefined,
): Promise<Opened> {
  return ledger.transaction(async (tx): Promise<Opened> => {
    const standing = await expectStanding(tx, ledgerId);
    const facts = request ? await claimOrCompare(tx, standing, served, request) : await recallFacts(tx, reference);
    const rules = rulesFor(served, standing);
    const ruled = async (ruling: Ruling): Promise<Opened> => ({
      kind: 'ruled',
      view: await record(tx, standing, facts, ruling),
    });
    const hindered = (waitingFor: 'operator' | 'provider' | 'lane', message: string): Promise<Opened> =>
      ruled(decide(facts, rules, { kind: 'hindered', waitingFor, message }));

    const ruling = decide(facts, rules, newsOf(ready));
    const wantsLook =
      ready?.look === undefined && decideGrounds(facts, rules) === undefined && couldRepeat(facts, rules);
    if (ruling.next.do !== 'submit' && !wantsLook) return ruled(ruling);
    const otherHost = hostDiffers(facts.claim, served);
    if (otherHost !== undefined) return hindered('operator', otherHost);
    // Composed before the decisions were read: a new date wants a new call, as long as none is written down.
    const isStale = ready?.payableFrom !== payableFrom(facts) && lastAttempt(facts) === undefined;
    if (!ready || wantsLook || isStale)
      return { kind: 'to_ready', question: await readQuestion(tx, reference), wantsLook };

    const grounds = decideGrounds(facts, rules, ready.look);
    if (!grounds) return ruled(ruling);
    const before = await whoIsBefore(tx, served, ready.identity, reference);
    if (before !== undefined) return hindered('lane', `waits in the lane behind ${before}`);
    if (deadline.passed(clock)) return hindered('provider', 'this worker was too slow; nothing was sent');
    return writeExchange(tx, facts, served, ready, rules, grounds, token);
  });
}

/** What we throw ourselves rolls the transaction back; of a connection that broke nobody knows whether the commit was carried out. */
const mayHaveCommitted = (error: unknown): boolean =>
  !(error instanceof PayoutsError) || error instanceof LedgerUnreachable;

const CLOSING_TRIES = 3;
const CLOSING_PAUSE_MS = 500;

/**
 * The commit was carried out and its answer lost, as far as can be seen: the request was not made and never will be, since the
 * step that alone may make it ends here. Said in the ledger, nobody has to wait it out and doubt it. Best effort.
 */
async function closeUnheard({ ledger, clock }: Deps, reference: string, token: string): Promise<void> {
  for (let tries = 1; tries <= CLOSING_TRIES; tries += 1) {
    await clock.sleep(CLOSING_PAUSE_MS);
    try {
      await ledger.transaction(async (tx) => {
        await tx.facts(reference);
        const exchangeId = await tx.exchangeOpenedBy(reference, token);
        if (exchangeId !== undefined) await tx.recordOutcome(exchangeId, UNHEARD);
      });
      return;
    } catch {
      // The ledger is still away. The exchange stays open, and the next step waits it out.
    }
  }
}

const UNHEARD: Outcome = {
  kind: 'unsent',
  cause: 'the answer of the ledger to the commit was lost, so the request was not made',
};

const newsOf = (ready: Ready | undefined): News =>
  ready?.look ? { kind: 'sighting', sighting: ready.look } : { kind: 'none' };

/** Whether a look at the records could give the grounds that are missing without one. */
const couldRepeat = (facts: Facts, rules: Rules): boolean =>
  decideGrounds(facts, rules, provenAbsentNow(facts)) !== undefined;

async function writeExchange<C extends EffectContract>(
  tx: LedgerTransaction,
  facts: Facts,
  { timing, provider }: ServedAccount,
  ready: Ready,
  rules: Rules,
  grounds: Grounds<C>,
  worker: string,
): Promise<Opened> {
  const { reference } = facts.claim;
  // A reference has one attempt: a repeat sends the stored bytes under the stored key, never new ones.
  const earlier = lastAttempt(facts);
  const idempotencyKey = earlier?.idempotencyKey ?? makeIdempotencyKey(facts.claim, 1);
  const call = earlier?.call ?? ready.call;
  const subject = ready.identity.subject ?? null;
  const attemptId = earlier?.id ?? (await tx.openAttempt(reference, { number: 1, idempotencyKey, call, subject }));
  // The instant at which the payout was ours alone: a person's word that we have read must not seem to come after it.
  const openedAtMs = facts.nowMs;
  const sendByMs = openedAtMs + timing.sendByMs;
  const exchangeId = await tx.openExchange<C>({
    contract: provider.contract as C,
    grounds,
    attemptId,
    openedAtMs,
    sendByMs,
    closesAtMs: sendByMs + timing.httpTimeoutMs,
    credentials: rules.credentials,
    snapshot: ready.snapshot,
    worker,
  });
  if (ready.identity.subjectLane !== undefined || ready.identity.callLane !== undefined)
    await tx.engageLanes(reference);
  return { kind: 'opened', exchangeId, call, idempotencyKey };
}

/**
 * Derived from account and reference, so that it survives a reset, a lost ledger and a new run.
 * Formed like a UUID, as the provider's example is.
 */
export function makeIdempotencyKey(
  claim: { provider: string; account: string; reference: string },
  number: number,
): string {
  const parts = JSON.stringify([claim.provider, claim.account, claim.reference, number]);
  const hash = createHash('sha256').update(parts).digest('hex');
  const cut = (from: number, to: number) => hash.slice(from, to);
  return [cut(0, 8), cut(8, 12), `8${cut(13, 16)}`, `a${cut(17, 20)}`, cut(20, 32)].join('-');
}
