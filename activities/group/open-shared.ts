import { randomUUID } from 'node:crypto';
import { decide, type News, type Rules } from '../../src/payout/decide.js';
import type { Attempt, Facts } from '../../src/payout/facts.js';
import { decideGrounds, provenAbsentNow } from '../../src/payout/grounds.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import type { Call, Sighting } from '../../src/payout/outcome.js';
import { isSameChange } from '../../src/payout/change.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import { attemptToRepeat, lastAttempt } from '../../src/payout/verdict.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import type { BatchTransaction, RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { BulkCalls } from '../../src/providers/provider.js';
import type { Deadline } from '../deadline.js';
import type { ServedAccount } from '../deps.js';
import { orCloseUnheard } from '../close-unheard.js';
import { makeSharedKey } from '../idempotency-key.js';
import { hostDiffers, rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import type { GroupDeps } from './input.js';
import { ticketsOf, whoCallsBefore, type SharedReady } from './make-shared-ready.js';
import { isLeftToWatcher, wantsOwnLife } from './standing-of.js';

export type SharedOpened =
  /** Nothing is to be sent now. */
  | { readonly kind: 'resting'; readonly ruled: readonly RuledFacts[]; readonly left: Left }
  /** The records have to be read before these can be judged. */
  | { readonly kind: 'to_look'; readonly facts: readonly Facts[] }
  /** These may be paid by one call, once the provider's reads and lanes are done. */
  | {
      readonly kind: 'to_ready';
      readonly facts: readonly Facts[];
      readonly repeated: Attempt | undefined;
      readonly left: Left;
    }
  /** Written down. After the commit, and not before, the request may be made: once. */
  | {
      readonly kind: 'opened';
      readonly exchangeId: number;
      readonly call: Call;
      readonly idempotencyKey: string;
      readonly requests: readonly PayoutRequest[];
      /** In whose name the call lane is held. */
      readonly caller: string;
      readonly left: Left;
    };

/** What this very step has learned beside the ledger's facts. */
export interface Learned {
  /** What the records showed, by reference; absent: they were not read. */
  readonly sightings?: ReadonlyMap<string, Sighting>;
  /** Why some of them cannot be asked for now, by reference. */
  readonly hindered: ReadonlyMap<string, News>;
  readonly ready?: SharedReady;
}

/** Who leaves the group, and who waits for the watcher. */
export interface Left {
  readonly leaving: readonly string[];
  readonly isWatched: boolean;
}

/** A shared call that was refused twice because of some of its rows: the rest goes alone, so that it does not go on like this. */
const MOST_SHARED_ATTEMPTS = 2;

/** More than one call can ask for: a group is made of what fits into one. */
const MOST_ROWS = 1_000;

/**
 * One transaction: reads all of the group under lock, judges each as if it were alone, and writes one exchange for those that may be
 * asked for together.
 */
export function openShared(
  deps: GroupDeps,
  served: ServedAccount,
  input: GroupInput,
  bulk: BulkCalls,
  deadline: Deadline,
  learned: Learned,
): Promise<SharedOpened> {
  const token = `${deps.worker} ${randomUUID()}`;
  const callers: string[] = [];
  const opening = (reference: string) => void callers.push(reference);
  return orCloseUnheard(
    deps,
    token,
    () => callers,
    () => openAs(token, opening, deps, served, input, bulk, deadline, learned),
  );
}

function openAs(
  token: string,
  opening: (reference: string) => void,
  { ledger, clock }: GroupDeps,
  served: ServedAccount,
  { carrier, ledgerId }: GroupInput,
  bulk: BulkCalls,
  deadline: Deadline,
  { sightings, hindered, ready }: Learned,
): Promise<SharedOpened> {
  return ledger.transaction(async (tx): Promise<SharedOpened> => {
    const standing = await expectStanding(tx, ledgerId);
    const rules: Rules = { ...rulesFor(served, standing), actsForAll: true };
    const all = (await tx.factsOfAll(await tx.openOf(carrier, MOST_ROWS))).filter(({ group }) => group === carrier);
    const isWatched = all.some((facts) => isLeftToWatcher(facts, rules));
    const own = all.filter((facts) => !isLeftToWatcher(facts, rules));
    const judged = own.map((facts): RuledFacts => {
      const { reference } = facts.claim;
      const sighting = sightings?.get(reference);
      const news: News = hindered.get(reference) ?? (sighting ? { kind: 'sighting', sighting } : { kind: 'none' });
      return { facts, ruling: decide(facts, rules, news) };
    });
    const lookOf = ({ claim }: Facts) => sightings?.get(claim.reference);

    if (!sightings) {
      const wanting = judged.filter((one) => wantsLook(one, rules)).map(({ facts }) => facts);
      if (wanting.length > 0) return { kind: 'to_look', facts: wanting };
    }
    const payable = judged.filter(
      ({ facts, ruling }) =>
        ruling.next.do === 'submit' &&
        hostDiffers(facts.claim, served) === undefined &&
        decideGrounds(facts, rules, lookOf(facts)) !== undefined,
    );
    const { together, apart } = await chooseTogether(
      tx,
      payable.map(({ facts }) => facts),
      bulk.most,
    );
    const resting = judged.filter((one) => !payable.includes(one));
    const ownLife = resting.filter(
      ({ facts, ruling }) => wantsOwnLife(facts, ruling, rules) || hostDiffers(facts.claim, served) !== undefined,
    );
    const leaving = [...apart, ...ownLife.map(({ facts }) => facts)].map(({ claim }) => claim.reference);
    const left: Left = { leaving, isWatched };
    await tx.recordRulings(resting.filter(saysNew));
    if (together.length === 0) return { kind: 'resting', ruled: resting, left };

    const rest = async (waitingFor: 'lane' | 'provider', message: string): Promise<SharedOpened> => {
      const news: News = { kind: 'hindered', waitingFor, message };
      const kept = together.map((facts): RuledFacts => ({ facts, ruling: decide(facts, rules, news) }));
      await tx.recordRulings(kept.filter(saysNew));
      return { kind: 'resting', ruled: [...resting, ...kept], left };
    };
    const repeated = attemptToRepeat(together[0] as Facts, true);
    const made = served.provider.preparation === 'none' ? await compose(bulk, together, repeated) : ready;
    if (!made || !fits(made, together)) return { kind: 'to_ready', facts: together, repeated, left };
    const before = await standsInLanes(tx, served, made);
    if (before !== undefined) return rest('lane', `waits in the lane behind ${before}`);
    if (deadline.passed(clock)) return rest('provider', 'this worker was too slow; nothing was sent');
    const written = repeated ? await repeat(tx, repeated) : await writeAttempt(tx, served, together, made.call);
    opening((together[0] as Facts).claim.reference);
    return write(tx, served, rules, together, written, made, token, lookOf, left);
  });
}

const saysNew = ({ facts: { state }, ruling }: RuledFacts): boolean =>
  ruling.status !== state.status ||
  ruling.waitingFor !== state.waitingFor ||
  ruling.evidence !== state.evidence ||
  (ruling.next.do === 'wait' && ruling.next.untilMs !== state.nextAtMs);

/** It is to be looked at, or a look could give the grounds that are missing without one. */
function wantsLook({ facts, ruling }: RuledFacts, rules: Rules): boolean {
  if (ruling.next.do === 'look_up') return true;
  return (
    ruling.next.do === 'submit' &&
    decideGrounds(facts, rules) === undefined &&
    decideGrounds(facts, rules, provenAbsentNow(facts)) !== undefined
  );
}

/**
 * A shared call is repeated for all whom it asks for, or never again: closing one of them forbids it. Those which no call was made for
 * come next.
 */
async function chooseTogether(
  tx: BatchTransaction,
  payable: readonly Facts[],
  most: number,
): Promise<{ readonly together: readonly Facts[]; readonly apart: readonly Facts[] }> {
  // What was asked for alone is not the group's to repeat.
  const apart = payable.filter((facts) => lastAttempt(facts)?.isShared === false);
  const own = payable.filter((facts) => !apart.includes(facts));
  const attempts = new Map(own.flatMap((facts) => attemptToRepeat(facts, true) ?? []).map((one) => [one.id, one]));
  for (const { id } of attempts.values()) {
    const members = own.filter((facts) => attemptToRepeat(facts, true)?.id === id);
    const { references } = await tx.sharedAttempt(id);
    if (references.length === members.length) return { together: members, apart };
    apart.push(...members);
  }
  const fresh = own.filter((facts) => !attemptToRepeat(facts, true));
  const alone = fresh.filter(goesAlone);
  return { together: fresh.filter((facts) => !alone.includes(facts)).slice(0, most), apart: [...apart, ...alone] };
}

/** Refused together with others, and nobody was named; or refused together with others too often. */
function goesAlone(facts: Facts): boolean {
  const outcomes = facts.attempts.flatMap(({ exchanges }) => exchanges.flatMap((exchange) => exchange.outcomes));
  const unnamed = outcomes.some(({ outcome }) => outcome.kind === 'rejected' && outcome.rows?.length === 0);
  return unnamed || facts.attempts.length >= MOST_SHARED_ATTEMPTS;
}

/** What was made ready is for exactly these, as they are wanted now: whoever was canceled meanwhile is not paid with the others. */
const fits = ({ rows }: SharedReady, together: readonly Facts[]): boolean =>
  rows.length === together.length &&
  rows.every(({ request }, index) => {
    const facts = together[index] as Facts;
    return request.reference === facts.claim.reference && isSameChange(request, wantedRequest(facts));
  });

/** A call that needs no reads: composed from what is wanted now, in the transaction that writes it down. */
async function compose(
  bulk: BulkCalls,
  together: readonly Facts[],
  repeated: Attempt | undefined,
): Promise<SharedReady | undefined> {
  const rows = together.map((facts) => ({ request: wantedRequest(facts), identity: { kind: 'identified' } as const }));
  if (repeated) return { rows, call: repeated.call, snapshots: null };
  const preparation = await bulk.prepare(rows);
  return preparation.kind === 'prepared' ? { rows, call: preparation.call, snapshots: null } : undefined;
}

async function standsInLanes(
  tx: BatchTransaction,
  served: ServedAccount,
  { rows }: SharedReady,
): Promise<string | undefined> {
  const tickets = ticketsOf(rows);
  if (tickets.length > 0) {
    const [waiting] = await tx.enterLanes(tickets);
    if (waiting !== undefined) return waiting;
    await tx.engageAllLanes(tickets.map(({ reference }) => reference));
  }
  return whoCallsBefore(tx, served, rows);
}

interface Written {
  readonly attemptId: number;
  readonly idempotencyKey: string;
  readonly call: Call;
}

async function repeat(tx: BatchTransaction, { id, idempotencyKey, call }: Attempt): Promise<Written> {
  const { body } = await tx.sharedAttempt(id);
  return { attemptId: id, idempotencyKey, call: { ...call, body } };
}

async function writeAttempt(
  tx: BatchTransaction,
  { provider, name }: ServedAccount,
  together: readonly Facts[],
  call: Call,
): Promise<Written> {
  const number = Math.max(...together.map((facts) => lastAttempt(facts)?.number ?? 0)) + 1;
  const references = together.map(({ claim }) => claim.reference);
  const idempotencyKey = makeSharedKey({ provider: provider.name, account: name }, references, number);
  return { attemptId: await tx.openSharedAttempt(references, { number, idempotencyKey, call }), idempotencyKey, call };
}

async function write(
  tx: BatchTransaction,
  { timing, provider }: ServedAccount,
  rules: Rules,
  together: readonly Facts[],
  { attemptId, idempotencyKey, call }: Written,
  { snapshots }: SharedReady,
  worker: string,
  lookOf: (facts: Facts) => Sighting | undefined,
  left: Left,
): Promise<SharedOpened> {
  // They were locked in one transaction; the earliest clock reading is the safe one.
  const openedAtMs = Math.min(...together.map(({ nowMs }) => nowMs));
  const sendByMs = openedAtMs + timing.sendByMs;
  // Each has grounds of its own; the kind that is written down is that of the first.
  const grounds = together.map((facts) => decideGrounds(facts, rules, lookOf(facts)));
  const [first] = grounds;
  if (!first || grounds.some((one) => one === undefined))
    throw new Error('a shared call needs grounds for each payout');
  const exchangeId = await tx.openExchange({
    contract: provider.contract,
    grounds: first,
    attemptId,
    openedAtMs,
    sendByMs,
    closesAtMs: sendByMs + timing.httpTimeoutMs,
    credentials: rules.credentials,
    snapshot: snapshots,
    worker,
  });
  const requests = together.map(({ claim }) => claim.request);
  const caller = (together[0] as Facts).claim.reference;
  return { kind: 'opened', exchangeId, call, idempotencyKey, requests, caller, left };
}
