import { extname } from 'node:path';
import { findDuplicates } from '../batch/find-duplicates.js';
import { readBatchFile } from '../batch/read-batch-file.js';
import type { PayoutRequest } from '../payout/request.js';
import { checkRequest } from '../providers/parse-request.js';
import { InputError, type Problem } from './input-error.js';
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
  if (bare.trim() === '') throw new InputError(source, [{ place: '', message: EMPTY }]);
  return isNamedCsv || !/^\s*[{[]/.test(bare) ? fromCsv(source, bare) : fromJson(source, bare);
}

const EMPTY = 'holds no request: write one as JSON, or a CSV with the field names as its first line';

function fromCsv(source: string, text: string): readonly PayoutRequest[] {
  const file = readBatchFile(text);
  if ('message' in file) throw new InputError(source, [file]);
  if (file.bad.length > 0)
    throw new InputError(
      source,
      file.bad.flatMap(({ problems }) => problems),
    );
  return file.rows.map(({ request }) => request);
}

function fromJson(source: string, text: string): readonly PayoutRequest[] {
  const { rows, problems } = readJsonRows(text);
  const read = rows.map(({ place, value }) => ({ place, value, checked: checkRequest(value) }));
  const wrong = read.flatMap(({ place, checked }) =>
    'problems' in checked ? [{ place, message: checked.problems.map(({ message }) => message).join('; ') }] : [],
  );
  const duplicates = findDuplicates(read.map(({ place, value }) => ({ place, reference: referenceOf(value) })));
  const twice = [...duplicates].map(([index, message]) => ({ place: rows[index]?.place ?? '', message }));
  const all = [...problems, ...wrong, ...twice];
  if (all.length > 0) throw new InputError(source, rows.length === 0 ? all : [...all].sort(byPlace));
  const requests = read.flatMap(({ checked }) => ('request' in checked ? [checked.request] : []));
  if (requests.length === 0) throw new InputError(source, [{ place: '', message: EMPTY }]);
  return requests;
}

const referenceOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'reference' in value && typeof value.reference === 'string'
    ? value.reference
    : undefined;

/** In the order of the input, whichever check found them. */
const byPlace = (a: Problem, b: Problem): number => numberIn(a.place) - numberIn(b.place);
const numberIn = (place: string): number => Number(/\d+/.exec(place)?.[0] ?? 0);
