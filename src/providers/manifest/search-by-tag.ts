import type { ManifestRequest } from '../../payout/request.js';
import type { LookUpQuery, Sighting } from '../provider.js';
import type { ManifestApi } from './api.js';
import { shorten } from './describe-reply.js';
import { readAll, type Reading } from './read-all.js';
import { toSighting } from './to-sighting.js';

type Query = LookUpQuery<ManifestRequest>;

/** Searches for our tag: in the list of the account connection or, where only that one can prove an absence, in the list of all. */
export async function searchByTag(api: ManifestApi, query: Query): Promise<Sighting> {
  const readConnection = () => readAll((page) => api.listOfConnection(query.request.accountConnection, page));
  const readEverything = () => readAll((page) => api.list(page));

  const ofConnection = await readConnection();
  const sighting = await judge(ofConnection, readConnection, query);
  return wantsEverything(sighting, ofConnection, query)
    ? judge(await readEverything(), readEverything, query)
    : sighting;
}

/** Another payout than ours under our tag, if the list of the account connection shows one. */
export async function findTwin(
  api: ManifestApi,
  { reference, accountConnection }: ManifestRequest,
  ours: string,
): Promise<Sighting | undefined> {
  const { rows } = await readAll((page) => api.listOfConnection(accountConnection, page));
  const twin = rows.find((row) => row.reference === reference && row.id !== ours);
  return twin && { kind: 'contradiction', because: shorten(`${twin.id} carries our tag ${reference} beside ${ours}`) };
}

/** Presence is proof at once. Absence: two whole readings that agree, each with a payout in it that is found by its tag. */
async function judge(first: Reading, readAgain: () => Promise<Reading>, query: Query): Promise<Sighting> {
  const once = findOurs(first, query) ?? findFlaw(first, query);
  if (once) return once;
  const second = await readAgain();
  const again = findOurs(second, query) ?? findFlaw(second, query);
  if (again) return again;
  const { reference } = query.request;
  if (!isSameList(first, second)) return proveNothing(reference, 'two readings of the list differ');
  const because = `no payout carries our tag ${reference}: ${second.rows.length} rows read twice, another one found by its tag`;
  return { kind: 'absent', proven: true, because };
}

function findOurs({ rows }: Reading, { request }: Query): Sighting | undefined {
  const ours = new Map(rows.filter(({ reference }) => reference === request.reference).map((row) => [row.id, row]));
  const [payout] = ours.values();
  if (ours.size > 1) {
    const because = shorten(`several payouts carry our tag ${request.reference}: ${[...ours.keys()].join(', ')}`);
    return { kind: 'contradiction', because };
  }
  return payout && toSighting(payout, request);
}

/** Why it would prove nothing that a payout is not in this list. */
function findFlaw(reading: Reading, query: Query): Sighting | undefined {
  const { reference } = query.request;
  if (reading.kind === 'unreadable') {
    const { waitingFor, because } = reading;
    return { kind: 'unreadable', waitingFor, because };
  }
  if (reading.gap !== undefined) return proveNothing(reference, reading.gap);
  if (holdsUntagged(reading, query)) return proveNothing(reference, 'the list does not show our tags');
  if (holdsControl(reading, query)) return undefined;
  if (query.controls.length === 0) return proveNothing(reference, 'no other payout is known that should be found');
  const isListed = query.controls.some((control) => reading.rows.some(({ id }) => id === control.providerReference));
  return proveNothing(
    reference,
    isListed ? 'the list does not show our tags' : 'no other payout known to exist is in the list',
  );
}

const proveNothing = (reference: string, flaw: string): Sighting => ({
  kind: 'absent',
  proven: false,
  because: `no payout carries our tag ${reference}, which proves nothing: ${flaw}`,
});

/** Another payout, known to exist, is found by its tag: so ours would be. */
const holdsControl = ({ rows }: Reading, { controls }: Query): boolean =>
  controls.some(({ reference, providerReference }) =>
    rows.some((row) => row.id === providerReference && row.reference === reference),
  );

/** A payout known to exist stands there without its tag: then ours could stand there unseen. */
const holdsUntagged = ({ rows }: Reading, { controls }: Query): boolean =>
  controls.some(({ reference, providerReference }) =>
    rows.some((row) => row.id === providerReference && row.reference !== reference),
  );

function isSameList(first: Reading, second: Reading): boolean {
  const [before, after] = [first, second].map(({ rows }) => rows.map(({ id }) => id).sort());
  return JSON.stringify(before) === JSON.stringify(after);
}

/** The known payouts may belong to other account connections; and an unknown connection has no list at all. */
function wantsEverything(sighting: Sighting, ofConnection: Reading, query: Query): boolean {
  if (query.controls.length === 0 || holdsControl(ofConnection, query)) return false;
  if (ofConnection.kind === 'unreadable') return sighting.kind === 'unreadable' && ofConnection.isNotFound;
  return sighting.kind === 'absent' && ofConnection.gap === undefined;
}
