import { describe, expect, it } from 'vitest';
import { problemsOf, requestsOf } from './files.js';

const HEAD = 'provider,studyId,participantId,amount,currency';
const rows = (...lines: readonly string[]) => [HEAD, ...lines].join('\n');
const references = (text: string, ...referenceFrom: readonly string[]) =>
  requestsOf(text, { referenceFrom }).map((request) => (request as { reference: string }).reference);

describe('a reference that is built', () => {
  const text = rows('prolific,st1,p1,1.50,GBP', 'prolific,st1,p2,1.50,GBP');

  it('is made of the columns in the order in which they are named, with "/" between them', () => {
    expect(references(text, 'studyId', 'participantId')).toEqual(['st1/p1', 'st1/p2']);
    expect(references(text, 'participantId', 'studyId')).toEqual(['p1/st1', 'p2/st1']);
  });

  it('is the same each time', () => {
    expect(references(text, 'studyId', 'participantId')).toEqual(references(text, 'studyId', 'participantId'));
  });

  it('finds a column without the "Id" at its end', () => {
    expect(references(text, 'study', 'participant')).toEqual(['st1/p1', 'st1/p2']);
  });

  it('may hold a text of your own, so that a second bonus is another payment', () => {
    expect(references(text, '=wave2', 'participantId')).toEqual(['wave2/p1', 'wave2/p2']);
  });

  it('gives way to one that stands in the file', () => {
    const mixed = `reference,${HEAD}\nmine,prolific,st1,p1,1,GBP\n,prolific,st1,p2,1,GBP`;
    expect(references(mixed, 'study', 'participant')).toEqual(['mine', 'st1/p2']);
  });

  it.each([
    ['nothing', 'prolific,,p1,1,GBP', /^line 2: studyId: is empty, so no reference can be built of it$/],
    [
      'a space',
      'prolific,st 1,p1,1,GBP',
      /^line 2: studyId: "st 1" has a character other than A-Z a-z 0-9 \. _ : -, so no/,
    ],
    [
      'a "/", which would make two rows one',
      'prolific,a/b,p1,1,GBP',
      /^line 2: studyId: "a\/b" has a character other than/,
    ],
    ['an é', 'prolific,é,p1,1,GBP', /^line 2: studyId: "é" has a character other than/],
  ])('is refused with its row where a part is %s', (_what, row, problem) => {
    expect(problemsOf(rows(row), { referenceFrom: ['studyId', 'participantId'] })).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  it('is refused where it is too long', () => {
    const long = 'p'.repeat(99);
    const text = rows(`prolific,${long},${long},1,GBP`);
    const referenceFrom = ['study', 'participant', 'amount', 'currency'];
    expect(problemsOf(text, { referenceFrom })).toEqual([
      expect.stringMatching(/^line 2: reference: is 205 characters long/),
    ]);
  });

  it('names the rows that get the same', () => {
    expect(problemsOf(text, { referenceFrom: ['studyId'] })).toEqual([
      'line 2: reference: st1 is also in line 3: one reference is one payment',
      'line 3: reference: st1 is also in line 2: one reference is one payment',
    ]);
  });

  it('names the columns that there are, where one is not there', () => {
    expect(problemsOf(text, { referenceFrom: ['name'] })).toEqual([
      ': --reference-from: "name" is no column here: use provider, studyId, participantId, currency, amount, or =text for a text of your own',
    ]);
  });
});
