import type { QueryId } from 'kysely';
import { describe, expect, it } from 'vitest';
import { compareWithLedger } from '../../src/batch/compare-with-ledger.js';
import { readClaimed } from '../../src/ledger/read-claimed.js';
import { claimOf, makeLedger } from '../support/ledger.js';
import { readFile, requestsOf, toCsv } from './files.js';

describe('a file, compared with the ledger', () => {
  const text = toCsv(
    'same,manifest,acon_X,15.00,USD,',
    'other,manifest,acon_X,15.00,USD,Interview',
    'CASE,manifest,acon_X,15.00,USD,',
    'new,manifest,acon_X,15.00,USD,',
  );

  it('has those rows named whose references stand for something else, with the fields that differ', async () => {
    const ledger = await makeLedger();
    const claimed = [
      ['same', 1500],
      ['other', 1600],
      ['case', 1500],
      ['stranger', 1500],
    ] as const;
    for (const [reference, amountMinor] of claimed) {
      const request = { reference, provider: 'manifest', accountConnection: 'acon_X', amountMinor, currency: 'USD' };
      await ledger.transaction((tx) => tx.claim(claimOf(request)));
    }
    const compared = await compareWithLedger(readFile(text), (references) => readClaimed(ledger.db, references));
    expect(compared.rows.map(({ request }) => request.reference)).toEqual(['same', 'new']);
    expect([...compared.claimed].map(([reference, { status }]) => [reference, status])).toEqual([['same', 'created']]);
    expect(compared.bad.map(({ line, problems }) => [line, problems.map(({ message }) => message)])).toEqual([
      [3, [expect.stringMatching(/^reference: other is already claimed with another amountMinor, description; /)]],
      [4, ['reference: CASE differs only in case from case, which is claimed']],
    ]);
  });

  it('is asked about by the thousand, not row by row', async () => {
    const ledger = await makeLedger();
    const rows = Array.from({ length: 2_001 }, (_, index) => `r/${index},manifest,acon_X,1,USD,`);
    const requests = requestsOf(toCsv(...rows)) as readonly { readonly reference: string }[];
    const some = requests.filter((_, index) => index % 100 === 0);
    await ledger.transaction(async (tx) => {
      for (const request of some) await tx.claim(claimOf(request));
    });
    const queries: QueryId[] = [];
    const counted = ledger.db.withPlugin({
      transformQuery: ({ queryId, node }) => {
        queries.push(queryId);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const found = await readClaimed(
      counted,
      requests.map(({ reference }) => reference),
    );
    expect(queries).toHaveLength(3);
    expect([...found.keys()].sort()).toEqual(some.map(({ reference }) => reference).sort());
  });
});
