import type { News } from '../../src/payout/decide.js';
import type { Attempt, Facts } from '../../src/payout/facts.js';
import type { Call, Snapshot } from '../../src/payout/outcome.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import type { BatchTransaction, Ticket } from '../../src/ledger/batch-transaction.js';
import type { BulkCalls, BulkRow } from '../../src/providers/provider.js';
import type { ServedAccount } from '../deps.js';
import { whoIsBefore } from '../lanes.js';
import type { GroupDeps } from './input.js';

/** All that a provider wants to be read and done before one call for several payouts. */
export interface SharedReady {
  readonly rows: readonly BulkRow[];
  readonly call: Call;
  /** What the records showed before the call, by reference. */
  readonly snapshots: Snapshot | null;
}

export type MadeReady =
  | { readonly kind: 'ready'; readonly ready: SharedReady }
  /** They cannot be asked for together. */
  | { readonly kind: 'apart'; readonly references: readonly string[] }
  /** Not now: this is what is to be written down for each of them. */
  | { readonly kind: 'not_now'; readonly references: readonly string[]; readonly news: News };

const TRIES = 60;
const PAUSE_MS = 100;

/** Identifies, enters the lanes, prepares: in this order, so that snapshots are taken when nobody else of ours can pay. */
export async function makeSharedReady(
  deps: GroupDeps,
  served: ServedAccount,
  bulk: BulkCalls,
  facts: readonly Facts[],
  repeated: Attempt | undefined,
): Promise<MadeReady> {
  const all = facts.map(({ claim }) => claim.reference);
  const identified = await bulk.identify(facts.map(wantedRequest));
  if (identified.kind === 'unready')
    return { kind: 'not_now', references: all, news: { ...identified, kind: 'hindered' } };
  const rows = facts.flatMap((one): readonly BulkRow[] => {
    const identity = identified.identities.get(one.claim.reference);
    return identity ? [{ request: wantedRequest(one), identity }] : [];
  });
  const strangers = facts.filter(({ claim }) => !identified.identities.has(claim.reference));
  if (strangers.length > 0) return { kind: 'apart', references: strangers.map(({ claim }) => claim.reference) };

  // Two payouts of one subject cannot be asked for together: the second waits until the first is over.
  const waiting = await deps.ledger.transaction((tx) => enterAll(tx, facts, rows));
  if (waiting.length > 0) {
    const news: News = {
      kind: 'hindered',
      waitingFor: 'lane',
      message: 'waits for another payout of the same subject',
    };
    return { kind: 'not_now', references: waiting, news };
  }
  const before = await enterCallLane(deps, served, rows);
  if (before !== undefined) {
    const news: News = { kind: 'hindered', waitingFor: 'lane', message: `waits in the lane behind ${before}` };
    return { kind: 'not_now', references: all, news };
  }
  if (repeated) return { kind: 'ready', ready: { rows, call: repeated.call, snapshots: null } };

  const preparation = await bulk.prepare(rows);
  switch (preparation.kind) {
    case 'prepared':
      return { kind: 'ready', ready: { rows, call: preparation.call, snapshots: preparation.snapshots ?? null } };
    case 'apart':
      return { kind: 'apart', references: rows.map(({ request }) => request.reference) };
    case 'unready':
      return { kind: 'not_now', references: all, news: { ...preparation, kind: 'hindered' } };
    default:
      return preparation satisfies never;
  }
}

/** Returns those who are not served yet; they keep their places. */
export async function enterAll(
  tx: BatchTransaction,
  facts: readonly Facts[],
  rows: readonly BulkRow[],
): Promise<readonly string[]> {
  const tickets = ticketsOf(rows);
  if (tickets.length === 0) return [];
  // The payouts before their lanes, as everywhere.
  await tx.factsOfAll(facts.map(({ claim }) => claim.reference));
  return tx.enterLanes(tickets);
}

export const ticketsOf = (rows: readonly BulkRow[]): readonly Ticket[] =>
  rows.flatMap(({ request: { reference }, identity: { subjectLane, rank } }) =>
    subjectLane === undefined ? [] : [{ lane: subjectLane, reference, rank: rank ?? 0 }],
  );

/** The first of them stands in the lane for all. */
export async function whoCallsBefore(
  tx: BatchTransaction,
  served: ServedAccount,
  [first]: readonly BulkRow[],
): Promise<string | undefined> {
  const callLane = first?.identity.callLane;
  if (!first || callLane === undefined) return undefined;
  return whoIsBefore(tx, served, { kind: 'identified', callLane }, first.request.reference);
}

async function enterCallLane(
  { ledger, clock }: GroupDeps,
  served: ServedAccount,
  rows: readonly BulkRow[],
): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const before = await ledger.transaction(async (tx) => {
      await tx.facts(rows[0]?.request.reference ?? '');
      return whoCallsBefore(tx, served, rows);
    });
    if (before === undefined || tries === TRIES) return before;
    await clock.sleep(PAUSE_MS);
  }
}
