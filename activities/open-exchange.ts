import { randomUUID } from 'node:crypto';
import type { EffectContract } from '../src/payout/contract.js';
import { decide, type News, type Rules, type Ruling } from '../src/payout/decide.js';
import { isSameChange } from '../src/payout/change.js';
import { wantedRequest } from '../src/payout/wanted.js';
import type { Facts } from '../src/payout/facts.js';
import { decideGrounds, provenAbsentNow, type Grounds } from '../src/payout/grounds.js';
import type { Call } from '../src/payout/outcome.js';
import type { PayoutRequest } from '../src/payout/request.js';
import { attemptToRepeat, lastAttempt } from '../src/payout/verdict.js';
import type { SubmitInput, View } from '../src/payout/view.js';
import type { LedgerTransaction } from '../src/ledger/transaction.js';
import { claimOrCompare, recallFacts } from './claim.js';
import { orCloseUnheard } from './close-unheard.js';
import type { Deadline } from './deadline.js';
import type { Deps, ServedAccount } from './deps.js';
import { whoIsBefore } from './lanes.js';
import { readQuestion, type Question } from './look-up.js';
import type { Ready } from './make-ready.js';
import { makeIdempotencyKey } from './idempotency-key.js';
import { openFirst } from './open-first.js';
import { hostDiffers, rulesFor } from './served.js';
import { expectStanding } from './standing.js';
import { record, toView } from './record.js';

export type Opened =
  /** Nothing is to be sent now; the view says what is. */
  | { readonly kind: 'ruled'; readonly view: View }
  /** It may be paid, once the provider's reads and lanes are done. */
  | { readonly kind: 'to_ready'; readonly question: Question; readonly wantsLook: boolean }
  | ExchangeOpened;

/** Written down. After the commit, and not before, the request may be made: once. */
export interface ExchangeOpened {
  readonly kind: 'opened';
  readonly exchangeId: number;
  readonly call: Call;
  readonly idempotencyKey: string;
}

/**
 * One transaction: claim or compare, read the decisions, check the lanes and the grounds, and write the exchange. One statement does it
 * where nobody has claimed the reference.
 */
export async function openExchange(
  deps: Deps,
  served: ServedAccount,
  input: SubmitInput,
  request: PayoutRequest | undefined,
  deadline: Deadline,
  ready: Ready | undefined,
): Promise<Opened> {
  const token = `${deps.worker} ${randomUUID()}`;
  return orCloseUnheard(
    deps,
    token,
    () => [input.reference],
    async () =>
      (await openFirst(deps, served, input, request, ready, token)) ??
      openAs(token, deps, served, input, request, deadline, ready),
  );
}

function openAs(
  token: string,
  deps: Deps,
  served: ServedAccount,
  { reference, ledgerId, group }: SubmitInput,
  request: PayoutRequest | undefined,
  deadline: Deadline,
  ready: Ready | undefined,
): Promise<Opened> {
  const { ledger, clock } = deps;
  return ledger.transaction(async (tx): Promise<Opened> => {
    const standing = await expectStanding(tx, ledgerId, request ? undefined : reference);
    const facts = request ? await claimOrCompare(tx, standing, served, request) : await recallFacts(tx, reference);
    const carried = await takeOver(tx, facts, group);
    if (!carried) return { kind: 'ruled', view: toView(standing, facts, facts.state, { do: 'end' }) };
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
    // Composed before the decisions were read: a change wants a new call, as long as none is written down.
    const isAsWanted = ready !== undefined && isSameChange(ready.composedFrom, wantedRequest(facts));
    const isStale = !isAsWanted && attemptToRepeat(facts, false) === undefined;
    if (!ready || wantsLook || isStale)
      return { kind: 'to_ready', question: await readQuestion(deps, tx, reference), wantsLook };

    const grounds = decideGrounds(facts, rules, ready.look);
    if (!grounds) return ruled(ruling);
    const before = await whoIsBefore(tx, served, ready.identity, reference);
    if (before !== undefined) return hindered('lane', `waits in the lane behind ${before}`);
    if (deadline.passed(clock)) return hindered('provider', 'this worker was too slow; nothing was sent');
    return writeExchange(tx, facts, served, ready, rules, grounds, token);
  });
}

/** A payout that is asked for by its own reference leaves its group. One that has left is none of the group's any more. */
async function takeOver(tx: LedgerTransaction, facts: Facts, group: string | undefined): Promise<boolean> {
  if (group !== undefined) return facts.group === group;
  if (facts.group) await tx.leaveGroup(facts.claim.reference);
  return true;
}

const newsOf = (ready: Ready | undefined): News =>
  ready?.look ? { kind: 'sighting', sighting: ready.look } : { kind: 'none' };

/** Whether a look at the records could give the grounds that are missing without one. */
const couldRepeat = (facts: Facts, rules: Rules): boolean =>
  decideGrounds(facts, rules, provenAbsentNow(facts)) !== undefined;

export async function writeExchange<C extends EffectContract>(
  tx: LedgerTransaction,
  facts: Facts,
  { timing, provider }: ServedAccount,
  ready: Ready,
  rules: Rules,
  grounds: Grounds<C>,
  worker: string,
): Promise<ExchangeOpened> {
  const { reference } = facts.claim;
  // A reference has one attempt: a repeat sends the stored bytes under the stored key, never new ones. Only where the one before
  // asked for others as well, and provably paid nothing or was called so by a person, another one follows.
  const earlier = attemptToRepeat(facts, false);
  const number = (lastAttempt(facts)?.number ?? 0) + 1;
  const idempotencyKey = earlier?.idempotencyKey ?? makeIdempotencyKey(facts.claim, number);
  const call = earlier?.call ?? ready.call;
  const subject = ready.identity.subject ?? null;
  const attemptId = earlier?.id ?? (await tx.openAttempt(reference, { number, idempotencyKey, call, subject }));
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
