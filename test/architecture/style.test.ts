import { describe, expect, it } from 'vitest';
import { files, layerOf, read, sources, withoutComments, withoutTexts } from './sources.js';

const scripts = files().filter((file) => /^(scripts|bench|examples)\/.*\.(ts|mjs)$/.test(file));
const tests = files().filter((file) => /^test\/.*\.ts$/.test(file));
const all = [...sources(), ...scripts, ...tests];

const findIn = (searched: readonly string[], text: (file: string) => string, pattern: RegExp): readonly string[] =>
  searched.flatMap((file) =>
    text(file)
      .split('\n')
      .flatMap((line) => (pattern.test(line) ? [`${file}: ${line.trim()}`] : [])),
  );
const code = (file: string): string => withoutTexts(read(file));

const MOST_LINES = 300;

describe('the style', () => {
  it('has no default exports: a thing has one name, wherever it is imported', () => {
    // Vitest takes the set-up of all tests by no other name.
    const named = all.filter((file) => file !== 'test/support/global-setup.ts');
    expect(findIn(named, code, /^export default\b/)).toEqual([]);
  });

  it('has no barrels of everything: what a folder shows is written down', () => {
    expect(findIn(all, code, /^export \*/)).toEqual([]);
  });

  it('has no any: the compiler looks at everything', () => {
    const pattern = /(?::|<|\||&|\bas|\bextends|=>|,)\s*any\b(?!\s*[:(=])/;
    expect(findIn(all, code, pattern)).toEqual([]);
  });

  it('silences neither the compiler nor the linter, but for what a test expects to be refused', () => {
    const lint = new RegExp(['(es|ox)lint', 'disable'].join('-'));
    expect(findIn(all, (file) => read(file), new RegExp(['@ts-(ignore', 'nocheck)'].join('|')))).toEqual([]);
    expect(findIn([...sources(), ...scripts], read, /@ts-expect-error/)).toEqual([]);
    expect(findIn(all, read, lint)).toEqual([]);
  });

  it('prints at the edge alone: a step that prints could print a secret', () => {
    // One holds the text of a program of its own, which tells its parent by what it prints.
    const silent = sources().filter((file) => layerOf(file) !== 'src/cli' && file !== 'src/dev/temporal-download.ts');
    expect(findIn(silent, (file) => withoutComments(read(file)), /\bconsole\s*\./)).toEqual([]);
  });

  it(`has no file of more than ${MOST_LINES} lines: there is a second idea in it`, () => {
    const long = [...sources(), ...scripts].filter((file) => read(file).split('\n').length - 1 > MOST_LINES);
    expect(long).toEqual([]);
  });

  it('knows what it looks for', () => {
    const found = (text: string): string => withoutTexts(text).trim();
    expect(found(`const a = 'any'; // any`)).toBe(`const a = '';`);
    expect(found('const b = `is ${name as any} text any`;')).toBe('const b = (name as any);');
    expect(withoutComments(`const c = 'http://x'; /* any */`).trim()).toBe(`const c = 'http://x';`);
  });
});
