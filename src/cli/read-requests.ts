import { extname } from 'node:path';
import type { PayoutRequest } from '../payout/request.js';
import { InvalidRequest } from '../payout/errors.js';
import { parseRequest } from '../providers/parse-request.js';
import { findDuplicates } from './find-duplicates.js';
import { InputError, type Problem } from './input-error.js';
import type { Rows } from './rows.js';
import { readCsvRows } from './read-csv.js';
import { readInput } from './read-input.js';
import { readJsonRows } from './read-json.js';

/** Every request of a file, or of standard input for `-`. Throws `InputError` naming every bad row: nothing is started then. */
export async function readRequests(file: string): Promise<readonly PayoutRequest[]> {
  const source = file === '-' ? 'standard input' : file;
  return toRequests(source, await readInput(file), extname(file).toLowerCase() === '.csv');
}

/** The requests of a text: a CSV where its name says so or where it begins like no JSON. */
export function toRequests(source: string, text: string, isNamedCsv = false): readonly PayoutRequest[] {
  const bare = text.replace(/^\uFEFF/, '');
  const { rows, problems } = isNamedCsv || !/^\s*[{[]/.test(bare) ? readCsvRows(bare) : readJsonRows(bare);
  const parsed = rows.map(({ place, value }) => ({ place, ...parseRow(place, value) }));
  const requests = parsed.flatMap(({ place, request }) => (request ? [{ place, request }] : []));
  const all = [...problems, ...parsed.flatMap(({ problem }) => problem ?? []), ...findDuplicates(requests)];
  if (all.length > 0) throw new InputError(source, inOrder(all, rows));
  if (requests.length === 0) throw new InputError(source, [{ place: '', message: EMPTY }]);
  return requests.map(({ request }) => request);
}

const EMPTY = 'holds no request: write one as JSON, or a CSV with the field names as its first line';

function parseRow(place: string, value: unknown): { request?: PayoutRequest; problem?: Problem } {
  try {
    return { request: parseRequest(value) };
  } catch (error) {
    if (error instanceof InvalidRequest) return { problem: { place, message: error.message } };
    throw error;
  }
}

/** In the order of the input, whichever check found them. */
function inOrder(problems: readonly Problem[], rows: Rows['rows']): readonly Problem[] {
  const numberOf = ({ place }: Problem) => Number(/\d+/.exec(place)?.[0] ?? 0);
  return rows.length === 0 ? problems : [...problems].sort((a, b) => numberOf(a) - numberOf(b));
}
