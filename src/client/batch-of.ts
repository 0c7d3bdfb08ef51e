import type { BatchContent } from '../batch/engine.js';
import { findDuplicates } from '../batch/find-duplicates.js';
import { InvalidRequest } from '../payout/errors.js';
import { checkRequest } from '../providers/parse-request.js';

/**
 * The content of a batch from requests in backend code.
 * Throws `InvalidRequest` naming every bad request by its place, counted from 1: none of them is started then.
 */
export function batchOf(requests: readonly object[]): BatchContent {
  const read = requests.map((input, index) => ({ input, place: `request ${index + 1}`, checked: checkRequest(input) }));
  const wrong = read.flatMap(({ place, checked }) =>
    'problems' in checked ? checked.problems.map(({ message }) => `${place}: ${message}`) : [],
  );
  const rows = read.flatMap(({ input, place, checked }) =>
    'request' in checked ? [{ place, request: checked.request, input: toCells(input) }] : [],
  );
  const named = rows.map(({ place, request: { reference } }) => ({ place, reference }));
  const twice = [...findDuplicates(named)].map(([index, message]) => `${named[index]?.place}: ${message}`);
  if (requests.length === 0) throw new InvalidRequest('a batch needs one request at least');
  if (wrong.length + twice.length > 0) throw new InvalidRequest([...wrong, ...twice].join('; '));
  return {
    columns: [...new Set(rows.flatMap(({ input }) => Object.keys(input)))],
    rows: rows.map(({ request, input }) => ({ request, input })),
  };
}

/** As a file would hold it. */
const toCells = (input: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
