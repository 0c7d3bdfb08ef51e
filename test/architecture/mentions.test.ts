import { describe, expect, it } from 'vitest';
import { files, read } from './sources.js';

/** Everything in the tree, the lock file too. Fixtures are what a provider wrote. */
const texts = files().filter((file) => !/\.(png|ico)$/.test(file));

/** Written in two parts, so that this file does not name them either. */
const joined = (parts: readonly (readonly [string, string])[]): readonly string[] => parts.map((pair) => pair.join(''));

const REGISTRIES = joined([
  ['registry.np', 'mjs.org'],
  ['registry.ya', 'rnpkg.com'],
  ['npm.pkg.git', 'hub.com'],
  ['proxy.gol', 'ang.org'],
  ['sum.gol', 'ang.org'],
  ['py', 'pi.org'],
  ['files.python', 'hosted.org'],
  ['crat', 'es.io'],
  ['rubyg', 'ems.org'],
  ['jfr', 'og.io'],
]);

/** Folders of a machine on which somebody works. A container's own `/app` and `/tmp` are none. */
const FOLDERS = joined([
  ['/ro', 'ot/'],
  ['/ho', 'me/'],
  ['/Us', 'ers/'],
  ['/wo', 'rk/'],
  ['/work', 'space/'],
  ['C:', '\\'],
]);

const TOOLS = joined([
  ['cla', 'ude'],
  ['anth', 'ropic'],
  ['chat', 'gpt'],
  ['open', 'ai'],
  ['copi', 'lot'],
  ['gem', 'ini'],
  ['co', 'dex'],
  ['deep', 'seek'],
  ['language ', 'model'],
  ['ai-gen', 'erated'],
  ['ai ag', 'ent'],
]);

const findAll = (words: readonly string[], isIn: (text: string, word: string) => boolean): readonly string[] =>
  texts.flatMap((file) => {
    const text = read(file);
    return words.filter((word) => isIn(text, word)).map((word) => `${file}: ${word}`);
  });

const literally = (text: string, word: string): boolean => text.includes(word);
const asAWord = (text: string, word: string): boolean => new RegExp(`\\b${word}`, 'i').test(text);
/** A path begins where no other path goes on: `https://host/home/` and `../work/` are none of a machine. */
const asAPath = (text: string, folder: string): boolean =>
  new RegExp(`(?<![\\w.:/-])${folder.replaceAll('\\', '\\\\')}\\w`).test(text);

describe('the tree speaks of the project alone', () => {
  it('and names no package registry: where packages come from is for whoever installs them', () => {
    expect(findAll(REGISTRIES, literally)).toEqual([]);
  });

  it('and no folder of the machine that it was written on', () => {
    expect(findAll(FOLDERS, asAPath)).toEqual([]);
  });

  it('and no tool that it was written with', () => {
    expect(findAll(TOOLS, asAWord)).toEqual([]);
  });

  it('which is looked for in every file', () => {
    expect(texts).toEqual(expect.arrayContaining(['package-lock.json', 'README.md', 'package.json']));
    const path = joined([['/ro', 'ot/x']])[0] ?? '';
    expect([asAPath(`see ${path}`, FOLDERS[0] ?? ''), asAPath(`https://host${path}`, FOLDERS[0] ?? '')]).toEqual([
      true,
      false,
    ]);
  });
});
