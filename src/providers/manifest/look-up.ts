import type { ManifestRequest } from '../../payout/request.js';
import type { LookUpQuery, Sighting } from '../provider.js';
import type { ManifestApi } from './api.js';
import { toSeen, unreadable } from './mapping.js';
import { readAll, type Reading } from './read-all.js';
import { payoutSchema, type PayoutRow } from './schemas.js';

/** Reads the payout by its id, or, where no id is known, searches the lists for our tag. */
export function lookUp(api: ManifestApi, query: LookUpQuery<ManifestRequest>): Promise<Sighting> {
  return query.providerReference === undefined
    ? searchByTag(api, query)
    : readById(api, query.providerReference, query.request);
}

/** What one payout shows now. `request`: what it has to be. */
export async function readById(api: ManifestApi, id: string, request?: ManifestRequest): Promise<Sighting> {
  const result = await api.get(id);
  const payout = result.kind === 'reply' && result.status === 200 ? payoutSchema.safeParse(result.json).data : undefined;
  // A 404 is no proof either: a payout that we know of cannot vanish.
  if (!payout) return { kind: 'unreadable', ...unreadable(result) };
  if (payout.id !== id) return { kind: 'contradiction', because: `asked for ${id}, Manifest answered with ${payout.id}` };
  return toSighting(payout, request, `Manifest shows ${payout.status ?? 'no status'} for ${id}`);
}

async function searchByTag(api: ManifestApi, query: LookUpQuery<ManifestRequest>): Promise<Sighting> {
  const { request, controls } = query;
  const ofConnection = await readAll((page) => api.listOfConnection(request.accountConnection, page));
  const found = find(ofConnection, request);
  if (found) return found;
  if (ofConnection.kind === 'unreadable') return ofConnection;

  // Without a payout in this list that must be there, "not there" means nothing: the whole list is asked instead.
  if (holdsControl(ofConnection, controls)) return absence(api, request, ofConnection, 'connection', controls);
  const everything = await readAll((page) => api.list(page));
  const elsewhere = find(everything, request);
  if (elsewhere) return elsewhere;
  if (everything.kind === 'unreadable') return everything;
  if (holdsControl(everything, controls)) return absence(api, request, everything, 'everything', controls);
  const because = `no payout carries the tag ${request.reference}; no other payout of ours could be found by its tag either, so this proves nothing`;
  return { kind: 'absent', proven: false, because };
}

/** Absence is proven by two whole passes that agree and both hold the control. */
async function absence(
  api: ManifestApi,
  request: ManifestRequest,
  first: Reading & { kind: 'read' },
  list: 'connection' | 'everything',
  controls: LookUpQuery['controls'],
): Promise<Sighting> {
  const again = await readAll((page) =>
    list === 'connection' ? api.listOfConnection(request.accountConnection, page) : api.list(page),
  );
  const found = find(again, request);
  if (found) return found;
  if (again.kind === 'unreadable') return again;
  const flaw = !first.isWhole || !again.isWhole ? 'a list that was not whole' : !agree(first, again) ? 'a list that shifts' : undefined;
  const proven = flaw === undefined && holdsControl(again, controls);
  const because = `no payout carries the tag ${request.reference} in ${again.rows.length} rows read twice`;
  return { kind: 'absent', proven, because: proven ? because : `${because}; ${flaw ?? 'the control is missing'} proves nothing` };
}

function find(reading: Reading, request: ManifestRequest): Sighting | undefined {
  const ours = reading.rows.filter(({ reference }) => reference === request.reference);
  const ids = [...new Set(ours.map(({ id }) => id))];
  if (ids.length > 1)
    return { kind: 'contradiction', because: `several payouts carry the tag ${request.reference}: ${ids.join(', ')}` };
  const [payout] = ours;
  return payout && toSighting(payout, request, `Manifest shows ${payout.status ?? 'no status'} for ${payout.id}, found by our tag`);
}

/** Present, if it is what was asked for. */
function toSighting(payout: PayoutRow, request: ManifestRequest | undefined, because: string): Sighting {
  const differs =
    request === undefined
      ? undefined
      : payout.reference !== undefined && payout.reference !== request.reference
        ? 'reference'
        : payout.amountMinor !== undefined && payout.amountMinor !== request.amountMinor
          ? 'amount'
          : payout.accountConnection !== undefined && payout.accountConnection !== request.accountConnection
            ? 'account connection'
            : undefined;
  if (differs !== undefined)
    return { kind: 'contradiction', because: `${payout.id} has another ${differs} than the one that was asked for` };
  const seen = toSeen(payout);
  return { kind: 'present', seen, because: seen.note === undefined ? because : `${because}: ${seen.note}` };
}

const holdsControl = ({ rows }: Reading, controls: LookUpQuery['controls']): boolean =>
  controls.some((control) =>
    rows.some(({ id, reference }) => id === control.providerReference && reference === control.reference),
  );

function agree(first: Reading, second: Reading): boolean {
  const ids = (reading: Reading) => JSON.stringify(reading.rows.map(({ id }) => id).sort());
  return ids(first) === ids(second);
}
