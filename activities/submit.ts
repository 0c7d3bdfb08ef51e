import type { News } from '../src/payout/decide.js';
import { decide } from '../src/payout/decide.js';
import type { Outcome } from '../src/payout/outcome.js';
import type { PayoutRequest } from '../src/payout/request.js';
import { isEnding } from '../src/payout/status.js';
import type { SubmitInput, View } from '../src/payout/view.js';
import type { Permit } from '../src/providers/pace.js';
import type { Identified } from '../src/providers/provider.js';
import { parseRequest } from '../src/providers/parse-request.js';
import { recallFacts } from './claim.js';
import { startDeadline, TOO_LATE, type Deadline } from './deadline.js';
import type { Deps, ServedAccount } from './deps.js';
import { SOON_MS } from './find-watched.js';
import { follow, type Followed } from './follow.js';
import { insist } from './insist.js';
import { makeReady, type Ready } from './make-ready.js';
import { openExchange, type Opened } from './open-exchange.js';
import { rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';
import { withOutcome } from './with-outcome.js';

/**
 * Pays, as far as that can be done now. The one step that may move money, and it may be run as often as anybody likes:
 * the ledger is asked first, and it alone says whether there are grounds for a request.
 */
export const submit =
  (deps: Deps) =>
  async (input: SubmitInput): Promise<View> => {
    const served = await findServed(deps, input);
    const view = await submitTo(served, deps, input);
    await haveWatched(deps, served, view);
    return view;
  };

async function submitTo(served: ServedAccount, deps: Deps, input: SubmitInput): Promise<View> {
  const request = input.request === undefined ? undefined : parseRequest(input.request);

  const alone = served.provider.preparation === 'none' && request ? await composeAlone(served, request) : undefined;
  const permit = alone && (await served.pace?.takeNow());
  // A claim waits for no permit: where none is free at once, it comes first, and the exchange in a second transaction.
  const opened = await openAndPay(deps, served, input, request, served.pace && !permit ? undefined : alone, permit);
  if (opened.kind === 'ruled') return opened.view;

  const ready = await makeReady(deps, served, opened.question, opened.wantsLook);
  if (ready.kind !== 'ready') return recordNews(deps, served, input, ready);
  const reopened = await openAndPay(deps, served, input, undefined, ready, await served.pace?.take());
  return reopened.kind === 'ruled' ? reopened.view : recordNews(deps, served, input, { kind: 'none' });
}

/** The permit was waited for before: between the transaction and the request there is nothing to wait for. */
async function openAndPay(
  deps: Deps,
  served: ServedAccount,
  input: SubmitInput,
  request: PayoutRequest | undefined,
  ready: Ready | undefined,
  permit: Permit | undefined,
): Promise<Exclude<Opened, { kind: 'opened' }>> {
  try {
    // `send_by` counts from before the transaction: a worker that is frozen anywhere after this line finds it passed.
    const deadline = startDeadline(deps.clock, served.timing.sendByMs);
    const opened = await openExchange(deps, served, input, request, deadline, ready);
    if (opened.kind !== 'opened') return opened;
    return { kind: 'ruled', view: await payAndFollow(deps, served, input, opened, deadline, permit) };
  } finally {
    permit?.end();
  }
}

function isWatchedSoon({ status, waitingFor, scheduledAt, nowMs }: View): boolean {
  if (waitingFor === 'date') return scheduledAt !== null && Date.parse(scheduledAt) < nowMs + SOON_MS;
  return waitingFor === 'provider' && status !== 'in_doubt';
}

/** It waits for what only its provider's lists will show: somebody has to read them. */
export async function haveWatched({ carriers }: Deps, { provider, name }: ServedAccount, view: View): Promise<void> {
  if (!carriers || !provider.isWatched || !isWatchedSoon(view)) return;
  // The payout is written down whatever comes of this, and the sweep starts a watcher that is missing.
  await carriers.watch(provider.name, name).catch(() => undefined);
}

async function findServed(deps: Deps, { request, reference, ledgerId }: SubmitInput): Promise<ServedAccount> {
  if (request?.provider !== undefined) return serve(deps, request.provider, request.account ?? 'default');
  const { claim } = await deps.ledger.transaction(async (tx) => {
    await expectStanding(tx, ledgerId, reference);
    return recallFacts(tx, reference);
  });
  return serve(deps, claim.provider, claim.account);
}

/** A provider that wants neither reads nor lanes: its call is composed before the one transaction that claims and opens. */
async function composeAlone(served: ServedAccount, request: PayoutRequest): Promise<Ready | undefined> {
  const identity: Identified = { kind: 'identified' };
  const preparation = await served.account.prepare(request, identity);
  if (preparation.kind !== 'prepared') return undefined;
  const { call, snapshot } = preparation;
  return { kind: 'ready', identity, call, snapshot: snapshot ?? null, composedFrom: request };
}

async function payAndFollow(
  deps: Deps,
  served: ServedAccount,
  input: SubmitInput,
  { exchangeId, call, idempotencyKey }: Opened & { kind: 'opened' },
  deadline: Deadline,
  permit: Permit | undefined,
): Promise<View> {
  const outcome: Outcome = deadline.passed(deps.clock)
    ? TOO_LATE
    : await served.account.pay(call, idempotencyKey, permit);
  const recorded = await insist(deps, () => recordOutcome(deps, served, input, exchangeId, outcome));
  return follow(deps, served, recorded);
}

function recordOutcome(
  { ledger }: Deps,
  served: ServedAccount,
  { reference, ledgerId }: SubmitInput,
  exchangeId: number,
  outcome: Outcome,
): Promise<Followed> {
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId, reference);
    const before = await recallFacts(tx, reference);
    // Where nothing is prepared there are no lanes to leave.
    if (served.provider.preparation !== 'none') await tx.leaveLanes(reference, 'leased');
    const facts = withOutcome(before, exchangeId, outcome);
    // A reply that was written down late shows what was true minutes ago: of an ended payout that is no news.
    const news: News = isEnding(before.state.status) ? { kind: 'none' } : seenIn(served, outcome);
    const ruling = decide(facts, rulesFor(served, standing), news);
    return { view: await record(tx, standing, facts, ruling, undefined, { exchangeId, outcome }), facts };
  });
}

/** What the answer itself showed. */
export const seenIn = ({ provider }: ServedAccount, outcome: Outcome): News =>
  outcome.kind === 'accepted' && outcome.seen
    ? {
        kind: 'sighting',
        sighting: {
          kind: 'present',
          seen: outcome.seen,
          because: `${provider.name} accepted it and shows ${outcome.seen.status}`,
        },
      }
    : { kind: 'none' };

function recordNews(
  deps: Deps,
  served: ServedAccount,
  { reference, ledgerId }: SubmitInput,
  news: News,
): Promise<View> {
  return deps.ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId, reference);
    const facts = await recallFacts(tx, reference);
    // One who waits in a lane keeps the place.
    if (news.kind !== 'hindered' || news.waitingFor !== 'lane') await tx.leaveLanes(reference, 'leased');
    return record(tx, standing, facts, decide(facts, rulesFor(served, standing), news));
  });
}
