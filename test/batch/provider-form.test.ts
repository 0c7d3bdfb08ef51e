import { describe, expect, it } from 'vitest';
import type { BatchFileOptions } from '../../src/batch/read-batch-file.js';
import { problemsOf, readFile, requestsOf } from './files.js';

const given = (more: object = {}, referenceFrom: readonly string[] = ['study', 'id']): BatchFileOptions => ({
  form: { provider: 'prolific', study: 'study43', currency: 'GBP', ...more },
  referenceFrom,
});

const bonus = (participantId: string, amountMinor: number, more: object = {}) => ({
  reference: `study43/${participantId}`,
  provider: 'prolific',
  account: 'default',
  studyId: 'study43',
  participantId,
  amountMinor,
  currency: 'GBP',
  ...more,
});

describe("a file in Prolific's own form", () => {
  it.each([
    ['has no header', 'p1,1.50\np2,30\n'],
    ['has one', 'id,amount\np1,1.50\np2,30\n'],
    ['has its columns the other way round', 'amount,id\n1.50,p1\n30,p2\n'],
    ['has capitals and spaces', '\uFEFFId , Amount\r\np1 , 1.50\r\n\r\n p2, 30.00\r\n'],
    ['says whose ids they are', 'Participant id,Amount\np1,1.5\np2,30.0\n'],
  ])('%s', (_how, text) => {
    const options = given(
      {},
      [text.includes('articipant') ? 'participant' : 'id'].flatMap((name) => ['study', name]),
    );
    expect(requestsOf(text, options)).toEqual([bonus('p1', 150), bonus('p2', 3000)]);
  });

  it('may have ids of submissions, where its header says so', () => {
    const [request] = requestsOf('submission_id,amount\ns1,1.50\n', given({}, ['submission']));
    expect(request).toMatchObject({ reference: 's1', submissionId: 's1', amountMinor: 150 });
    expect(request).not.toHaveProperty('participantId');
  });

  it('is paid by the account that is named, in the currency that is named', () => {
    expect(requestsOf('p1,1.50\n', given({ account: 'us', currency: 'USD' }))).toEqual([
      bonus('p1', 150, { account: 'us', currency: 'USD' }),
    ]);
  });

  it('may have references of its own', () => {
    expect(requestsOf('reference,id,amount\nx/1,p1,2\n', given({}, []))).toEqual([
      bonus('p1', 200, { reference: 'x/1' }),
    ]);
  });

  it('keeps its columns for the results', () => {
    const { columns, rows } = readFile('p1,1.50\n', given());
    expect(columns).toEqual(['id', 'amount']);
    expect(rows[0]?.input).toEqual({ id: 'p1', amount: '1.50' });
  });

  it('has its bad rows named by line and column', () => {
    const text = 'id,amount\np1,1.505\np2,1e3\np 3,1\n,5\np5,\np6,1,50\np7,0\np8,-1\n';
    expect(problemsOf(text, given({}, ['study', '=x', 'amount']))).toEqual([
      expect.stringMatching(/^line 2: amount: "1\.505" has 3 digits after the point, and GBP has 2/),
      expect.stringMatching(/^line 3: amount: "1e3" is not written in digits/),
      expect.stringMatching(/^line 4: id: must be 1 to 100 of A-Z/),
      'line 5: id: is missing',
      'line 6: amount: is missing; write it like 15.00',
      'line 6: amount: is empty, so no reference can be built of it',
      'line 7: has 3 cells for 2 columns: quote a cell that holds a comma',
      expect.stringMatching(/^line 8: amount: "0" is not greater than 0/),
      expect.stringMatching(/^line 9: amount: "-1" is not written in digits/),
    ]);
  });

  it('takes a first line that is no header for a row', () => {
    expect(problemsOf('p1,x\n', given())).toEqual([expect.stringMatching(/^line 1: amount: "x"/)]);
  });

  it.each([
    [
      'has no references',
      'p1,1\n',
      given({}, []),
      /^line 1: the rows have no references: build them, .*--reference-from study,id/,
    ],
    [
      'has another column',
      'id,bonus\np1,1\n',
      given(),
      /^line 1: unknown column "bonus": use id, .*, reference, or leave --provider out/,
    ],
    ['has no column for the amount', 'id\np1\n', given(), /^line 1: column amount is missing: add it$/],
    ['has no column for ids', 'amount\n1\n', given(), /^line 1: column id is missing: add it$/],
    [
      'has two columns for one id',
      'id,participant_id,amount\np1,p1,1\n',
      given(),
      /^line 1: column participant_id stands there twice/,
    ],
    ['has our columns', 'reference,provider,amount\na,prolific,1\n', given(), /^line 1: unknown column "provider"/],
    [
      'has no currency',
      'p1,1\n',
      given({ currency: 'gbp' }),
      /^: --currency: "gbp" is no currency; write its code in capitals/,
    ],
    [
      'has a currency that is not paid there',
      'p1,1\np2,1\n',
      given({ currency: 'EUR' }),
      /^: --currency: must be GBP or USD/,
    ],
    ['has an impossible study', 'p1,1\np2,1\n', given({ study: 'a b' }, ['id']), /^: --study: must be 1 to 100/],
    [
      'is of a provider without such a form',
      'p1,1\n',
      given({ provider: 'manifest' }),
      /^: --provider: "manifest" has no form of its own; use prolific/,
    ],
  ])('is refused once, and not row by row, where it %s', (_why, text, options, problem) => {
    expect(problemsOf(text, options)).toEqual([expect.stringMatching(problem)]);
  });
});
