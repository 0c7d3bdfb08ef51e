import { describe, expect, it } from 'vitest';
import { MOST_ROWS } from '../../src/batch/csv-table.js';
import { HEAD, problemsOf, readFile, requestsOf, toCsv } from './files.js';

const paid = (reference: string, more: object = {}) => ({
  reference,
  provider: 'manifest',
  account: 'default',
  accountConnection: 'acon_X',
  amountMinor: 1550,
  currency: 'USD',
  ...more,
});

describe('a file of payouts', () => {
  it('has amounts in major units as well as in minor ones, row by row', () => {
    const text = [
      'currency,amount,reference,amountMinor,provider,accountConnection',
      'USD,15.5,a,,manifest,acon_X',
      'USD,,b,1550,manifest,acon_X',
    ].join('\n');
    expect(requestsOf(text)).toEqual([paid('a'), paid('b')]);
  });

  it.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['CR alone', (text: string) => text.replaceAll('\n', '\r')],
    ['CRLF in the first line only', (text: string) => text.replace('\n', '\r\n')],
    ['CRLF everywhere but in the first line', (text: string) => text.replaceAll('\n', '\r\n').replace('\r\n', '\n')],
    ['blank lines', (text: string) => `\n\n${text.replaceAll('\n', '\n\n')}\n\n`],
    ['rows of commas alone', (text: string) => text.replaceAll('\n', '\n,,,,,\n')],
    ['commas at the end of every line', (text: string) => text.replaceAll('\n', ',,\n')],
    ['no line break at its end', (text: string) => text.trimEnd()],
    ['quotes around everything', (text: string) => text.replaceAll(/[^,\n]+/g, '"$&"')],
    ['spaces around the names of the columns', (text: string) => text.replace(HEAD, HEAD.replaceAll(',', ' , '))],
  ])('is read with %s', (_what, change) => {
    const text = toCsv('a,manifest,acon_X,15.50,USD,', 'b,manifest,acon_X,15.5,USD,');
    expect(requestsOf(change(text))).toEqual([paid('a'), paid('b')]);
    expect(requestsOf(Buffer.from(change(text)))).toEqual([paid('a'), paid('b')]);
  });

  it('keeps what stands in quotes: commas, quotes and line breaks', () => {
    const text = toCsv('a,manifest,acon_X,15.50,USD,"one, ""two"",\r\nthree,"');
    expect(requestsOf(text)).toEqual([paid('a', { description: 'one, "two",\r\nthree,' })]);
  });

  it('keeps the cells of each row as they stood there, for the results', () => {
    const { columns, rows } = readFile(toCsv('a,manifest,acon_X,15.50,USD,x'));
    expect(columns).toEqual(HEAD.split(','));
    expect(rows[0]?.input).toEqual({
      reference: 'a',
      provider: 'manifest',
      accountConnection: 'acon_X',
      amount: '15.50',
      currency: 'USD',
      description: 'x',
    });
  });

  it('passes over the column of errors that was written beside its bad rows', () => {
    const { columns, rows, bad } = readFile(`${HEAD},error\na,manifest,acon_X,15.50,USD,,"amount: was wrong"\n`);
    expect(bad).toEqual([]);
    expect(columns).toEqual(HEAD.split(','));
    expect(rows.map(({ request }) => request)).toEqual([paid('a')]);
    expect(rows[0]?.input).not.toHaveProperty('error');
  });
});

describe('a bad row', () => {
  it('is named by its line and its columns, each with its mend, and the good ones are there all the same', () => {
    const text = toCsv(
      'a,manifest,acon_X,15.50,USD,',
      'b,manifest,acon_X,15.50,EUR,',
      'c,manifest,acon_X,15.505,USD,',
      'd d,manifest,,1,USD,',
    );
    const { rows, bad } = readFile(text);
    expect(rows.map(({ line, request }) => [line, request.reference])).toEqual([[2, 'a']]);
    expect(bad.map(({ line, problems }) => [line, problems.map(({ column }) => column)])).toEqual([
      [3, ['currency']],
      [4, ['amount']],
      [5, ['reference', 'accountConnection']],
    ]);
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line 3: currency: has to be "USD"/),
      expect.stringMatching(/^line 4: amount: "15\.505" has 3 digits/),
      expect.stringMatching(/^line 5: reference: may hold only letters/),
      expect.stringMatching(/^line 5: accountConnection: is missing/),
    ]);
  });

  it('is named by its own line below cells of several lines', () => {
    const text = toCsv('a,manifest,acon_X,1,USD,"1\n2\n3"', '', 'b,manifest,acon_X,x,USD,');
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^line 6: amount: "x" is not written in digits/)]);
  });

  it.each([
    [
      'both amounts',
      'a,manifest,acon_X,15.50,USD,1550',
      /^line 2: amount: stands beside amountMinor: leave one of them empty$/,
    ],
    ['no amount', 'a,manifest,acon_X,,USD,', /^line 2: amountMinor: is missing/],
    [
      'no currency to read the amount by',
      'a,manifest,acon_X,15.50,,',
      /^line 2: currency: is missing, so the amount cannot be read/,
    ],
    [
      'a currency that is none',
      'a,manifest,acon_X,15.50,usd,',
      /^line 2: currency: "usd" is no currency; write its code in capitals/,
    ],
    ['a currency that the provider does not pay', 'a,manifest,acon_X,15.50,JPY,', /^line 2: amount: .* JPY has none/],
    ['an unknown provider', 'a,paypal,acon_X,15.50,USD,', /^line 2: provider: "paypal" is not one of/],
    ['no provider', 'a,,acon_X,15.50,USD,', /^line 2: provider: is missing/],
    [
      'too many cells',
      'a,manifest,acon_X,1,500,USD,1',
      /^line 2: has 7 cells for 6 columns: quote a cell that holds a comma$/,
    ],
    ['a NUL', 'a\0,manifest,acon_X,1,USD,', /^line 2: reference: may hold only/],
  ])('has %s', (_what, row, problem) => {
    const head = 'reference,provider,accountConnection,amount,currency,amountMinor';
    expect(problemsOf(`${head}\n${row}\n`)).toEqual([expect.stringMatching(problem)]);
  });

  it('has an amount where the provider sets it: the mend is the provider’s own, under the name of the column', () => {
    const text = 'reference,provider,projectId,screenerResponseId,payoutCount,amount\na,respondent,p,r,1,50.00\n';
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line 2: amount: Respondent pays .* use expectedIncentiveMinor/),
    ]);
  });

  it('shares its reference with another, which is bad too: nobody can say which is meant', () => {
    const text = toCsv(
      'a/1,manifest,acon_X,1,USD,',
      'b,manifest,acon_X,1,USD,',
      'a/1,manifest,acon_X,1,USD,',
      'B,manifest,acon_X,x,USD,',
    );
    expect(problemsOf(text)).toEqual([
      'line 2: reference: a/1 is also in line 4: one reference is one payment',
      'line 3: reference: b differs only in case from B in line 5: one reference is one payment',
      'line 4: reference: a/1 is also in line 2: one reference is one payment',
      expect.stringMatching(/^line 5: amount: "x"/),
      'line 5: reference: B differs only in case from b in line 3: one reference is one payment',
    ]);
    expect(readFile(text).rows).toEqual([]);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['is empty', '', /^: holds no request/],
    ['has a header alone', `${HEAD}\n\n`, /^: holds no request/],
    [
      'has an unknown column',
      `${HEAD},curency\n`,
      /^line 1: unknown column "curency": use reference, account, .*, amount$/,
    ],
    ['has a column twice', `${HEAD},amount\n`, /^line 1: column amount stands there twice: remove one$/],
    [
      'has no column for references',
      'provider,amount\n',
      /^line 1: column reference is missing: add it .*--reference-from/,
    ],
    ['has no column for providers', 'reference,amount\n', /^line 1: column provider is missing: add it$/],
    ['has no header', 'a,manifest,acon_X,15.50,USD\n', /^line 1: unknown column "a", "manifest", /],
    ['has semicolons', 'reference;provider\na;manifest\n', /^line 1: the columns are not separated by commas/],
    ['has tabs', 'reference\tprovider\na\tmanifest\n', /^line 1: the columns are not separated by commas/],
    ['has quotes that do not close', toCsv('"a,manifest'), /^line 2: is no CSV \(Quote Not Closed.*mend the quotes$/],
    ['has quotes in the middle of a cell', toCsv('a"b,manifest,,,,'), /^line 2: is no CSV .*mend the quotes$/],
    ['is JSON', '{"reference":"a","provider":"manifest"}\n', /^line 1: (unknown column|is no CSV)/],
  ])('%s', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    ['Latin-1', Buffer.from(toCsv('a,manifest,acon_X,1,USD,caf\u00e9'), 'latin1')],
    ['UTF-16', Buffer.from(`\uFEFF${toCsv('a,manifest,acon_X,1,USD,x')}`, 'utf16le')],
  ])('is %s, which is not UTF-8', (_what, bytes) => {
    expect(problemsOf(bytes)).toEqual([expect.stringMatching(/^: is not UTF-8: save it as UTF-8/)]);
  });

  it('asks for more than can be counted exactly', () => {
    const most = '9007199254740991';
    const rows = ['a', 'b'].map((reference) => `${reference},manifest,acon_X,${most},USD`);
    expect(problemsOf(['reference,provider,accountConnection,amountMinor,currency', ...rows].join('\n'))).toEqual([
      ': asks for more USD in all than can be counted exactly: check the amounts',
    ]);
  });

  it(`has more than ${MOST_ROWS} rows`, () => {
    const row = (index: number) => `r/${index},manifest,acon_X,1.50,USD,`;
    const rows = Array.from({ length: 1_000 }, (_, index) => row(index));
    expect(readFile(toCsv(...rows)).rows).toHaveLength(1_000);
    expect(problemsOf(`provider,reference\n${'a,b\n'.repeat(MOST_ROWS + 1)}`)).toEqual([
      `: has more than ${MOST_ROWS} rows: split it into several files`,
    ]);
  });
});
