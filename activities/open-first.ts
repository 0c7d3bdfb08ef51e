import { decide } from '../src/payout/decide.js';
import type { EffectContract } from '../src/payout/contract.js';
import { decideGrounds } from '../src/payout/grounds.js';
import type { PayoutRequest } from '../src/payout/request.js';
import type { SubmitInput } from '../src/payout/view.js';
import { freshFacts } from '../src/ledger/fresh-facts.js';
import type { FirstCall } from '../src/ledger/transaction.js';
import { claimOf } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { makeIdempotencyKey } from './idempotency-key.js';
import type { Ready } from './make-ready.js';
import type { ExchangeOpened } from './open-exchange.js';
import { rulesFor } from './served.js';

/**
 * Claims a payout that is due and writes its first exchange, in one statement. Of a reference that nobody has claimed nothing else can
 * be known: no decision, no earlier request, nobody in its lanes; that it was free is the proof, and the statement itself asks for it.
 * Undefined, and nothing is written, where any of this is not so: the long way finds out what is.
 */
export async function openFirst(
  { ledger, clock, standing }: Deps,
  served: ServedAccount,
  input: SubmitInput,
  request: PayoutRequest | undefined,
  ready: Ready | undefined,
  worker: string,
): Promise<ExchangeOpened | undefined> {
  if (!standing || !request || !ready || !isPlain(input, request, ready)) return undefined;
  if (input.ledgerId !== undefined && input.ledgerId !== standing.ledgerId) return undefined;
  const { provider, timing } = served;
  const rules = rulesFor(served, standing);
  const claim = claimOf(request, served, standing);
  const facts = freshFacts(claim, clock.wallMs(), 0);
  const grounds = decideGrounds(facts, rules);
  if (grounds?.kind !== 'first' || decide(facts, rules, { kind: 'none' }).next.do !== 'submit') return undefined;

  const { call, snapshot } = ready;
  const idempotencyKey = makeIdempotencyKey(claim, 1);
  const first: FirstCall<EffectContract> = {
    claim,
    ledgerId: standing.ledgerId,
    idempotencyKey,
    call,
    contract: provider.contract,
    grounds,
    snapshot,
    worker,
    sendWithinMs: timing.sendByMs,
    closesWithinMs: timing.sendByMs + timing.httpTimeoutMs,
  };
  const exchangeId = await ledger.transaction((tx) => tx.claimFirst(first), 'one');
  return exchangeId === undefined ? undefined : { kind: 'opened', exchangeId, call, idempotencyKey };
}

/** Its own, to be paid at once whatever this worker's clock says, by a call that was composed from it and wants no lane. */
const isPlain = ({ group }: SubmitInput, request: PayoutRequest, { composedFrom, look, identity }: Ready): boolean =>
  group === undefined &&
  request.scheduledAt === undefined &&
  composedFrom === request &&
  look === undefined &&
  identity.subjectLane === undefined &&
  identity.callLane === undefined;
