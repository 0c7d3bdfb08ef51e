import { describe, expect, it } from 'vitest';
import { composeCall } from '../../../src/providers/manifest/compose-call.js';
import { toSeen } from '../../../src/providers/manifest/mapping.js';
import { batchSchema, pageSchema, payoutSchema, refusalSchema } from '../../../src/providers/manifest/schemas.js';
import { BLOCKS, readBlock, readRawBlock } from './read-block.js';
import { makeRequest } from './support.js';

type Fields = Readonly<Record<string, unknown>>;

const isStrict = (block: string): boolean => {
  try {
    JSON.parse(readRawBlock(block));
    return true;
  } catch {
    return false;
  }
};

describe("the examples on Manifest's own page", () => {
  it('are ten, of which six are no JSON as they stand', () => {
    expect(BLOCKS).toHaveLength(10);
    expect(BLOCKS.filter((block) => !isStrict(block))).toEqual([
      'batch-bad-request',
      'batch-request',
      'connection-list-response',
      'create-request',
      'list-response',
      'update-request',
    ]);
  });

  it.each(BLOCKS)('are JSON once comment lines and commas too many are gone: %s', (block) => {
    expect(readBlock(block)).toBeTypeOf('object');
  });

  it.each(['create-response', 'get-response', 'update-response'])('show a payout: %s', (block) => {
    expect(toSeen(payoutSchema.parse(readBlock(block)))).toEqual({
      status: 'pending',
      providerReference: 'pay_AAAAA',
      amountMinor: 10_000,
      mayReturn: false,
      date: '2024-11-12T20:22:49.075Z',
    });
  });

  it('show the payouts of a batch', () => {
    const { rows, unreadable } = batchSchema.parse(readBlock('batch-response'));
    expect(rows.map(({ id, accountConnection }) => [id, accountConnection])).toEqual([
      ['pay_AAAAA', 'acon_XXXXX'],
      ['pay_BBBBB', 'acon_YYYYY'],
    ]);
    expect(unreadable).toBe(0);
  });

  it('show why a batch was refused, row by row', () => {
    expect(refusalSchema.parse(readBlock('batch-bad-request'))).toEqual({
      message: 'Errors occurred while creating payouts. No payouts were created. See details.',
      details: [
        {
          message: "You have not requested the 'payment.credit' permission from this account connection.",
          request: expect.objectContaining({ account_connection: 'acon_XXXXX' }) as object,
        },
        {
          message: 'Deleted account connections cannot receive payouts.',
          request: expect.objectContaining({ account_connection: 'acon_YYYYY' }) as object,
        },
      ],
    });
  });

  it.each(['list-response', 'connection-list-response'])('show a list, in spite of a month 14: %s', (block) => {
    const { rows, unreadable, total } = pageSchema.parse(readBlock(block));
    expect(rows.map(({ id, date }) => [id, date])).toEqual([
      ['pay_CCCCC', '2024-01-15T20:22:49.075Z'],
      ['pay_BBBBB', undefined],
      ['pay_AAAAA', '2024-11-12T20:22:49.075Z'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ status: 'sent', amountMinor: 10_000 });
    expect([unreadable, total]).toEqual([0, 3]);
  });
});

describe('what we send', () => {
  const documented = readBlock('create-request') as Fields;

  it('is what the page shows, and our tag', () => {
    const request = makeRequest({
      accountConnection: 'acon_XXXXX',
      amountMinor: 10_000,
      description: 'January Payout',
    });
    expect(JSON.parse(composeCall(request).body)).toEqual({
      ...documented,
      user_data: { payout_reference: 'study-42/p-007' },
    });
  });

  it('has the fields of a row in a batch', () => {
    const { payouts } = readBlock('batch-request') as { readonly payouts: readonly Fields[] };
    for (const row of payouts) expect(Object.keys(row)).toEqual(Object.keys(documented));
  });

  it('changes a payout by fields that the page names', () => {
    expect(readBlock('update-request')).toEqual({ description: 'Royalties for Hey Jude' });
  });
});
