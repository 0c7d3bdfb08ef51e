import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/input-error.js';
import { toRequests } from '../../src/cli/read-requests.js';

const payout = (reference: string, more: object = {}) => ({
  reference,
  provider: 'manifest',
  accountConnection: 'acon_X',
  amountMinor: 1500,
  currency: 'USD',
  ...more,
});

/** The problems of an input, one line each, as a person reads them. */
function problemsOf(text: string, isNamedCsv = false): readonly string[] {
  try {
    toRequests('f', text, isNamedCsv);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ place, message }) => `${place}: ${message}`);
  }
}

describe('an input of JSON', () => {
  it('is one object, an array, or one object on each line', () => {
    const [a, b] = [payout('a'), payout('b')];
    const all = [
      { ...a, account: 'default' },
      { ...b, account: 'default' },
    ];
    expect(toRequests('f', JSON.stringify(a, null, 2))).toEqual([all[0]]);
    expect(toRequests('f', `\n [${JSON.stringify(a)}, ${JSON.stringify(b)}]`)).toEqual(all);
    expect(toRequests('f', `\uFEFF${JSON.stringify(a)}\r\n\r\n${JSON.stringify(b)}\r\n`)).toEqual(all);
  });

  it('names the bad one of many by its number or its line', () => {
    const bad = payout('b', { amountMinor: 1.5 });
    expect(problemsOf(JSON.stringify([payout('a'), bad]))).toEqual([
      expect.stringMatching(/^request 2: amountMinor: /),
    ]);
    expect(problemsOf(`${JSON.stringify(payout('a'))}\n\n${JSON.stringify(bad)}`)).toEqual([
      expect.stringMatching(/^line 3: amountMinor: /),
    ]);
  });

  it('names the line on which it is no JSON', () => {
    expect(problemsOf('{\n "reference": "a",\n provider: 1}')).toEqual([expect.stringMatching(/^line 3: is no JSON/)]);
    const lines = `${JSON.stringify(payout('a'))}\n{"reference":\n`;
    expect(problemsOf(lines)).toEqual([expect.stringMatching(/^line 2: is no JSON/)]);
  });
});

describe('an input of CSV', () => {
  const HEAD = 'reference,provider,accountConnection,amountMinor,currency,description,metadata';

  it('has the names of the fields as columns, and an empty cell is an absent field', () => {
    const text = `${HEAD}\na,manifest,acon_X,1500,USD,,\nb,manifest,acon_X,1500,USD,"a, ""b""","{""wave"":3}"\n`;
    expect(toRequests('f', text)).toEqual([
      { ...payout('a'), account: 'default' },
      { ...payout('b', { description: 'a, "b"', metadata: { wave: 3 } }), account: 'default' },
    ]);
  });

  it('holds payouts of every provider, each with its own columns filled', () => {
    const text = [
      'reference,provider,accountConnection,amountMinor,currency,studyId,submissionId,projectId,screenerResponseId,payoutCount',
      'a,manifest,acon_X,1500,USD,,,,,',
      'b,prolific,,250,GBP,st,sub,,,',
      'c,respondent,,,,,,pr,sr,2',
    ].join('\n');
    expect(toRequests('f', text)).toMatchObject([
      { amountMinor: 1500 },
      { submissionId: 'sub' },
      { payoutCount: 2, tipMinor: 0 },
    ]);
  });

  it('takes what spreadsheets write: a byte order mark, CRLF, blank rows, trailing commas', () => {
    const text = `\uFEFF${HEAD},,\r\n\r\na,manifest,acon_X,1500,USD,,,,\r\n,,,,,,,,\r\n\r\n`;
    expect(toRequests('f', text)).toHaveLength(1);
  });

  it.each(['15.00', '1e3', '+5', '1,500', '$5', ' 5', '5 ', '0x10', '007', '1_000', '٣', 'NaN', '15-'])(
    'refuses %j as an amount',
    (cell) => {
      const row = `a,manifest,acon_X,"${cell}",USD,,`;
      expect(problemsOf(`${HEAD}\n${row}`)).toEqual([
        expect.stringMatching(/^line 2: amountMinor: .* is not written in digits only; write whole minor units/),
      ]);
    },
  );

  it('refuses an amount that a number cannot hold exactly', () => {
    expect(problemsOf(`${HEAD}\na,manifest,acon_X,9007199254740993,USD,,`)).toEqual([
      'line 2: amountMinor: "9007199254740993" is too large to be exact',
    ]);
  });

  it('names every bad row by its own line, also below a cell of several lines', () => {
    const text = `${HEAD}\r\na,manifest,acon_X,1500,USD,"two\r\nlines",\r\nb,manifest,acon_X,0,USD,,\r\nc,manifest,acon_X,x,USD,,{\r\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^line 4: amountMinor: .* greater than 0/),
      expect.stringMatching(/^line 5: amountMinor: "x" is not written in digits/),
      expect.stringMatching(/^line 5: metadata: "{" is no JSON/),
    ]);
  });

  it('names the first line of a bad row that has several', () => {
    expect(problemsOf(`${HEAD}\na,manifest,acon_X,x,USD,"1\n2\n3",\n`)[0]).toMatch(/^line 2: amountMinor/);
  });

  it('refuses unknown and repeated columns by name', () => {
    expect(problemsOf('reference,money,curency\na,1,USD')).toEqual([
      expect.stringMatching(/^line 1: unknown column "money", "curency": use reference, account, .*, amount$/),
    ]);
    expect(problemsOf('reference,provider,reference\na,manifest,b')).toEqual([
      'line 1: column reference stands there twice: remove one',
    ]);
  });

  it('says it when the columns are separated by semicolons', () => {
    expect(problemsOf('reference;provider\na;manifest')).toEqual([expect.stringMatching(/not separated by commas/)]);
  });

  it('refuses a row with more cells than columns, and quotes that do not close', () => {
    expect(problemsOf(`${HEAD}\na,manifest,acon_X,1,500,USD,text,{}\n`)).toEqual([
      'line 2: has 8 cells for 7 columns: quote a cell that holds a comma',
    ]);
    expect(problemsOf(`${HEAD}\n"a,manifest`)).toEqual([expect.stringMatching(/is no CSV \(Quote Not Closed/)]);
  });

  it('is read as CSV when the file is named so, whatever it begins with', () => {
    expect(problemsOf('[1]\n', true)).toEqual([expect.stringMatching(/^line 1: unknown column "\[1\]"/)]);
  });
});

describe('every input', () => {
  it('is refused when a reference stands in it twice, also in another case', () => {
    expect(problemsOf(JSON.stringify([payout('a/1'), payout('b'), payout('a/1')]))).toEqual([
      'request 1: reference: a/1 is also in request 3: one reference is one payment',
      'request 3: reference: a/1 is also in request 1: one reference is one payment',
    ]);
    expect(problemsOf(JSON.stringify([payout('a/1'), payout('A/1')]))).toEqual([
      'request 1: reference: a/1 differs only in case from A/1 in request 2: one reference is one payment',
      'request 2: reference: A/1 differs only in case from a/1 in request 1: one reference is one payment',
    ]);
  });

  it.each(['', '  \n', '[]', 'reference,provider\n'])('is refused when it holds nothing: %j', (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^: holds no request/)]);
  });

  it('tells one problem in one line, and counts several', () => {
    const bad = payout('a', { currency: 'EUR' });
    expect(() => toRequests('pay.json', JSON.stringify(bad))).toThrow(/^pay\.json: currency: /);
    expect(() => toRequests('pay.json', JSON.stringify([bad, { ...bad, reference: 'b' }]))).toThrow(
      'pay.json: 2 problems, nothing was started: mend them',
    );
  });
});
