import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BatchRow } from '../../src/batch/engine.js';
import { packAll } from '../../src/client/batches.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { manifestRequest } from '../support/requests.js';

/** What Temporal takes in one message. */
const LIMIT = 2_000_000;

const rowsOf = (count: number, input: () => string): readonly BatchRow[] =>
  Array.from({ length: count }, (_, index) => ({
    request: parseRequest(manifestRequest({ reference: `study-1/p-${index}` })),
    input: { note: input() },
  }));

const unpack = (packed: string): readonly { readonly index: number }[] =>
  JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8')) as readonly { index: number }[];

describe('the messages that a file goes over in', () => {
  it.each([
    ['no row', 0, () => '', 0],
    ['one row', 1, () => '', 1],
    ['an ordinary file of 2,001 rows', 2_001, () => 'a note', 2],
    ['rows that hardly compress', 2_000, () => randomBytes(1_000).toString('base64'), 8],
    ['one row that is too large for any of them', 1, () => randomBytes(600_000).toString('base64'), 1],
  ])('hold all of it, in order, below the limit: %s', (_name, count, input, most) => {
    const messages = [...packAll(rowsOf(count, input))];
    expect(messages.length).toBeLessThanOrEqual(most);
    for (const message of messages) expect(message.length).toBeLessThan(LIMIT);
    expect(messages.flatMap(unpack).map(({ index }) => index)).toEqual(
      Array.from({ length: count }, (_, index) => index),
    );
  });
});
