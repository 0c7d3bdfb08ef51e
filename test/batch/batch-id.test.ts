import { describe, expect, it } from 'vitest';
import { BATCH_ID, batchIdOf } from '../../src/batch/batch-id.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import { requestsOf } from './files.js';

const idOf = (text: string) => batchIdOf(requestsOf(text) as readonly PayoutRequest[]);

const HEAD = 'reference,provider,accountConnection,amount,currency,scheduledAt,metadata,account';
const A = 'a,manifest,acon_X,15.50,USD,2030-01-01T10:00:00+01:00,,';
const B = 'b,manifest,acon_X,15.50,USD,,,';
const file = (...rows: readonly string[]) => [HEAD, ...rows].join('\n');

describe('the id of a batch', () => {
  it('is one that a batch may have', () => {
    expect(idOf(file(A, B))).toMatch(BATCH_ID);
  });

  it('is the same for the same payouts, however the file is written', () => {
    const same = [
      `\uFEFF${file(A, B).replaceAll('\n', '\r\n')}\r\n\r\n`,
      'currency,amountMinor,accountConnection,provider,reference,scheduledAt\nUSD,1550,acon_X,manifest,a,2030-01-01T09:00:00Z\n"USD",1550,acon_X,manifest,b,\n',
      file(A.replace('15.50', '15.5'), `${B}default`),
      file(A.replace(',,', ',"{""wave"":1}",'), B),
    ];
    for (const text of same) expect(idOf(text)).toBe(idOf(file(A, B)));
  });

  it('does not depend on the order in which a request has its fields', () => {
    const [request] = requestsOf(file(A)) as readonly [PayoutRequest];
    const reversed = Object.fromEntries(Object.entries(request).toReversed()) as unknown as PayoutRequest;
    expect(batchIdOf([{ ...reversed, metadata: undefined }])).toBe(batchIdOf([request]));
  });

  it.each([
    ['in another order', file(B, A)],
    ['with one row less', file(A)],
    ['with another amount', file(A.replace('15.50', '15.51'), B)],
    ['with another reference', file(A.replace('a,', 'c,'), B)],
    ['with another date', file(A.replace('10:00', '10:01'), B)],
    ['from another account', file(A, `${B}us`)],
  ])('is another for a file %s', (_how, text) => {
    expect(idOf(text)).not.toBe(idOf(file(A, B)));
  });
});
