import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { KeptRow } from '../../src/batch/engine.js';
import { formatBadRows } from '../../src/batch/format-bad-rows.js';
import { formatResults, readResults } from '../../src/batch/format-results.js';
import type { Claimed } from '../../src/ledger/read-claimed.js';
import { HEAD, readFile, toCsv } from './files.js';

async function* keep(text: string, referenceFrom: readonly string[] = []): AsyncGenerator<KeptRow> {
  for (const [index, row] of readFile(text, { referenceFrom }).rows.entries()) yield { ...row, index };
}

/** A ledger that knows the rows of a file in this state. */
const knowing =
  (text: string, states: Readonly<Record<string, Partial<Claimed>>>) =>
  async (references: readonly string[]): Promise<ReadonlyMap<string, Claimed>> => {
    const rows = readFile(text).rows.filter(({ request }) => references.includes(request.reference));
    return new Map(
      rows.flatMap(({ request }) => {
        const state = states[request.reference];
        const claimed = {
          reference: request.reference,
          request,
          providerReference: null,
          waitingFor: 'nothing',
        } as const;
        return state ? [[request.reference.toLowerCase(), { ...claimed, ...state } as Claimed]] : [];
      }),
    );
  };

const collect = async (pieces: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
};

describe('the results of a batch', () => {
  const text = toCsv('a,manifest,acon_X,15.50,USD,"x, ""y"""', 'B,manifest,acon_X,1,USD,', 'c,manifest,acon_X,1,USD,');

  it('have the columns of the file, and what came of each row', async () => {
    const readClaimed = knowing(text, {
      a: { status: 'sent', providerReference: 'pay_1', evidence: 'Manifest shows pay_1 as sent' },
      B: { status: 'error', evidence: 'refused, "for good"' },
    });
    const columns = HEAD.split(',');
    expect(await collect(formatResults({ columns, rows: keep(text), readClaimed }))).toBe(
      [
        `${HEAD},status,providerReference,message`,
        'a,manifest,acon_X,15.50,USD,"x, ""y""",sent,pay_1,Manifest shows pay_1 as sent',
        'B,manifest,acon_X,1,USD,,error,,"refused, ""for good"""',
        'c,manifest,acon_X,1,USD,,created,,not claimed yet',
        '',
      ].join('\n'),
    );
  });

  it('never show another payment as the row’s own', async () => {
    const other = toCsv('a,manifest,acon_X,99,USD,');
    const readClaimed = knowing(other, { a: { status: 'sent', providerReference: 'pay_9', evidence: 'paid' } });
    const results = [];
    for await (const chunk of readResults({ rows: keep(text), readClaimed })) results.push(...chunk);
    expect(results[0]).toMatchObject({
      status: 'refused',
      providerReference: null,
      message: expect.stringMatching(/^a is already claimed with another amountMinor, description;/) as string,
    });
  });

  it('name the reference that was built', async () => {
    const unnamed = 'provider,accountConnection,amount,currency\nmanifest,acon_X,1,USD\n';
    const columns = unnamed.split('\n', 1)[0]?.split(',') ?? [];
    const rows = keep(unnamed, ['=w', 'accountConnection']);
    const results = await collect(formatResults({ columns, rows, readClaimed: async () => new Map() }));
    expect(results).toBe(
      'provider,accountConnection,amount,currency,reference,status,providerReference,message\n' +
        'manifest,acon_X,1,USD,w/acon_X,created,,not claimed yet\n',
    );
  });

  it('hold no words of a provider that a spreadsheet would take for a formula', async () => {
    const readClaimed = knowing(text, { a: { status: 'error', evidence: '=HYPERLINK("http://x")' } });
    const results = await collect(formatResults({ columns: ['reference'], rows: keep(text), readClaimed }));
    expect(parse(results)[1]).toEqual(['a', 'error', '', `'=HYPERLINK("http://x")`]);
  });

  it('are written a thousand at a time, in the order of the file', async () => {
    const many = toCsv(...Array.from({ length: 2_500 }, (_, index) => `r/${index},manifest,acon_X,1,USD,`));
    const asked: number[] = [];
    const readClaimed = async (references: readonly string[]) => {
      asked.push(references.length);
      return new Map();
    };
    const results = await collect(formatResults({ columns: ['reference'], rows: keep(many), readClaimed }));
    expect(asked).toEqual([1_000, 1_000, 500]);
    expect(results.split('\n').slice(1, -1)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => `r/${index},created,,not claimed yet`),
    );
  });
});

describe('the bad rows of a file', () => {
  it('are written out whole, with what is wrong, and are good once they are mended', () => {
    const text = toCsv(
      'a,manifest,acon_X,1.505,EUR,"x, ""y"""',
      'b,manifest,acon_X,1,500,USD,z',
      'c,manifest,acon_X,1,USD,',
    );
    const { columns, bad } = readFile(text);
    const written = formatBadRows(columns, bad);
    const [head, ...rows] = parse(written);
    expect(head).toEqual([...HEAD.split(','), 'error']);
    expect(rows).toEqual([
      ['a', 'manifest', 'acon_X', '1.505', 'EUR', 'x, "y"', expect.stringMatching(/^amount: "1\.505" has 3 digits/)],
      ['b', 'manifest', 'acon_X', '1', '500', 'USD,z', expect.stringMatching(/^has 7 cells for 6 columns/)],
    ]);
    const mended = written.replace('1.505,EUR', '1.50,USD').replace('1,500,"USD,z"', '1500,USD,z');
    expect(readFile(mended).bad).toEqual([]);
    expect(readFile(mended).rows.map(({ request }) => request)).toMatchObject([
      { reference: 'a', amountMinor: 150, description: 'x, "y"' },
      { reference: 'b', amountMinor: 150_000, description: 'z' },
    ]);
  });
});
