import { type News } from '../src/payout/decide.js';
import { wantedRequest } from '../src/payout/wanted.js';
import type { Facts } from '../src/payout/facts.js';
import type { Call, Sighting, Snapshot } from '../src/payout/outcome.js';
import type { PayoutRequest } from '../src/payout/request.js';
import { attemptToRepeat } from '../src/payout/verdict.js';
import type { Identified } from '../src/providers/provider.js';
import type { Deps, ServedAccount } from './deps.js';
import { enterLanes, earlierOneIsOpen } from './lanes.js';
import { look as lookAtRecords, type Question } from './look-up.js';

/** All that a provider wants to be read and done before its paying call. */
export interface Ready {
  readonly kind: 'ready';
  readonly identity: Identified;
  readonly call: Call;
  readonly snapshot: Snapshot | null;
  /** What the call was composed from. */
  readonly composedFrom: PayoutRequest;
  /** A look at the records, made after the last request. */
  readonly look?: Sighting;
}

/** Looks, identifies, enters the lanes, prepares: in this order, so that a snapshot is taken when nobody else of ours can pay. */
export async function makeReady(
  deps: Deps,
  served: ServedAccount,
  question: Question,
  wantsLook: boolean,
): Promise<Ready | News> {
  const { facts } = question;
  const sighting = wantsLook ? await lookAtRecords(served, question) : undefined;
  if (sighting && sighting.kind !== 'absent') return { kind: 'sighting', sighting };

  const identity = await served.account.identify(facts.claim.request);
  if (identity.kind === 'refused') return identity;
  if (identity.kind === 'unready') return { ...identity, kind: 'hindered' };
  const before = await enterLanes(deps, served, identity, facts.claim.reference);
  if (before !== undefined)
    return { kind: 'hindered', waitingFor: 'lane', message: `waits in the lane behind ${before}` };
  return prepare(deps, served, facts, identity, sighting);
}

async function prepare(
  deps: Deps,
  served: ServedAccount,
  facts: Facts,
  identity: Identified,
  sighting: Sighting | undefined,
): Promise<Ready | News> {
  const request = wantedRequest(facts);
  const preparation = await served.account.prepare(request, identity, attemptToRepeat(facts, false)?.call);
  switch (preparation.kind) {
    case 'prepared': {
      const { call, snapshot } = preparation;
      const look = sighting ? { look: sighting } : {};
      return { kind: 'ready', identity, call, snapshot: snapshot ?? null, composedFrom: request, ...look };
    }
    case 'refused':
      return preparation;
    case 'unready':
      return { ...preparation, kind: 'hindered' };
    case 'behind':
      return (await earlierOneIsOpen(deps, served, facts, identity))
        ? { kind: 'hindered', waitingFor: 'lane', message: `waits for an earlier one of ours: ${preparation.message}` }
        : { kind: 'refused', message: preparation.message };
    default:
      return preparation satisfies never;
  }
}
