import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { read } from '../architecture/sources.js';
import { refusalOf } from './refusal-of.js';
import { pages, saidCommands, spansOf } from './said-commands.js';

/** Flags of other programs, which a page speaks of. */
const THEIRS = new Set([
  '--profile',
  '--scale',
  '--volumes',
  '--build',
  '--detach',
  '--all',
  '--testTimeout',
  '--no-tls',
]);
const flagsOf = ({ commands }: Command): ReadonlySet<string> =>
  new Set(commands.flatMap(({ options }) => options.flatMap(({ long }) => (long ? [long] : []))).concat('--help'));

describe('the pages', () => {
  const said = saidCommands();

  it('name only commands, flags and values that the command line takes', () => {
    expect(said.length).toBeGreaterThan(70);
    const refused = said.flatMap((one) => {
      const refusal = refusalOf(one.words, one.isComplete);
      return refusal === undefined ? [] : [`${one.page}: ${one.text}: ${refusal}`];
    });
    expect(refused).toEqual([]);
  });

  it('name no flag by itself that no command has', () => {
    const known = flagsOf(createProgram());
    const unknown = pages().flatMap((page) =>
      spansOf(read(page))
        .flatMap((span) => /^(--[a-z-]+)/i.exec(span)?.[1] ?? [])
        .filter((flag) => !known.has(flag) && !THEIRS.has(flag))
        .map((flag) => `${page}: ${flag}`),
    );
    expect(unknown).toEqual([]);
  });

  it('are held to it: what does not exist is refused', () => {
    const refused = (...words: readonly string[]) => refusalOf(words);
    expect(refused('conjure')).toMatch(/unknown command/);
    expect(refused('doctor', '--no-such')).toMatch(/unknown option/);
    expect(refused('list', '--status', 'happy')).toMatch(/Allowed choices/);
    expect(refused('resolve', 'a')).toMatch(/--by/);
    expect(refusalOf(['resolve', 'a'], false)).toBeUndefined();
    expect(refused('list', '--status', 'in_doubt')).toBeUndefined();
  });
});
