import { decide } from '../src/payout/decide.js';
import type { Sighting } from '../src/payout/outcome.js';
import { isEnding } from '../src/payout/status.js';
import type { View } from '../src/payout/view.js';
import type { Listed } from '../src/ledger/transaction.js';
import type { ListedPayment } from '../src/providers/provider.js';
import { recallFacts } from './claim.js';
import { askedAt } from './look-up.js';
import type { Deps, ServedAccount } from './deps.js';
import { record } from './record.js';
import { accountOf, rulesFor } from './served.js';
import { expectStanding } from './standing.js';
import { tell } from './tell.js';

/** Compares one page of the provider's list with the ledger, writes down and tells what changed. Returns whose payouts were seen. */
export async function watchPage(
  deps: Deps,
  served: ServedAccount,
  rows: readonly ListedPayment[],
  askedAtMs: number,
): Promise<readonly string[]> {
  const ids = rows.map(({ providerReference }) => providerReference);
  const tags = rows.flatMap(({ reference }) => reference ?? []);
  const listed = await deps.ledger.transaction((tx) => tx.listed(accountOf(served), ids, tags));
  const sightings = listed.flatMap((payout) => {
    const row = findRow(rows, payout);
    // What was written down after the reading began is not contradicted by it.
    return row ? [{ payout, sighting: askedAt(row.sight(payout.request), askedAtMs) }] : [];
  });
  const isNews = ({ payout, sighting }: (typeof sightings)[number]) => isNew(payout, sighting, deps, served);
  for (const { payout, sighting } of sightings.filter(isNews)) {
    const view = await write(deps, served, payout.reference, sighting);
    if (view) await tell(deps, view);
  }
  const references = sightings.map(({ payout }) => payout.reference);
  const lookAgainAtMs = deps.clock.wallMs() + served.timing.fallbackMs;
  await deps.ledger.transaction((tx) => tx.sighted(references, lookAgainAtMs));
  return references;
}

/** By its id where that is known. By our tag only where one row has it: of several, its own look-up makes a contradiction. */
function findRow(rows: readonly ListedPayment[], { reference, providerReference }: Listed): ListedPayment | undefined {
  if (providerReference !== null) return rows.find((row) => row.providerReference === providerReference);
  const tagged = rows.filter((row) => row.reference === reference);
  return tagged.length === 1 ? tagged[0] : undefined;
}

/** Whether the row says anything that the ledger does not. */
function isNew(payout: Listed, sighting: Sighting, { clock }: Deps, { timing }: ServedAccount): boolean {
  const { status, providerReference, providerDateMs, mayReturn, sinceMs } = payout;
  if (sighting.kind !== 'present') return !isEnding(status) && status !== 'in_doubt';
  const { seen } = sighting;
  if (seen.status !== status || providerReference === null) return true;
  const isOver = status === 'sent' && mayReturn && clock.wallMs() >= sinceMs + timing.returnWindowMs;
  const isMoved = seen.date !== undefined && !isEnding(status) && Date.parse(seen.date) !== providerDateMs;
  return isOver || isMoved;
}

/** Returns what its carrier is to be told, if anything. */
function write(deps: Deps, served: ServedAccount, reference: string, sighting: Sighting): Promise<View | undefined> {
  return deps.ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, undefined);
    const facts = await recallFacts(tx, reference);
    const ruling = decide(facts, rulesFor(served, standing), { kind: 'sighting', sighting });
    // That the time for a return is over concerns no carrier: it has ended before.
    // A group reads the ledger for all of its payouts by itself.
    const hasChanged = ruling.status !== facts.state.status || !isEnding(ruling.status);
    const concernsCarrier = hasChanged && !facts.group;
    const view = await record(tx, standing, facts, ruling, concernsCarrier ? 'untold' : undefined);
    return concernsCarrier ? view : undefined;
  });
}
