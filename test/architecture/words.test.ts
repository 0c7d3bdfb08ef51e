import { describe, expect, it } from 'vitest';
import { layerOf, read, sources, withoutComments } from './sources.js';

/** One word per thing. These say nothing about the money, or say the same as another word. */
const NOT_USED: Readonly<Record<string, string>> = {
  failed: 'say what happened to the money: error, rejected, unsent or ambiguous',
  success: 'accepted by a reply, sent by the records: which of the two?',
  done: 'a status is one of sent, error, returned and canceled',
  connector: 'the word is provider',
  plugin: 'the word is provider',
  job: 'the word is payout, or step',
};

/** Words of others, which we have to say as they do. */
const THEIRS: readonly (readonly [file: RegExp, text: RegExp])[] = [
  [/^src\/ledger\/ledger\.ts$/, /status === 'Success'/g],
];

const CHECKED = ['src/payout', 'src/ledger', 'activities', 'workflows'];

/** The words of a file: of its names, cut where the case changes, and of its texts. Comments may speak freely. */
function wordsOf(file: string): ReadonlySet<string> {
  const code = THEIRS.filter(([where]) => where.test(file)).reduce(
    (text, [, theirs]) => text.replace(theirs, ''),
    withoutComments(read(file)),
  );
  const imported = code.replace(/^import [\s\S]*?;$/gm, '');
  const cut = imported.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
  return new Set(cut.toLowerCase().match(/[a-z]+/g) ?? []);
}

const checked = sources().filter((file) => CHECKED.includes(layerOf(file)));

describe('the words', () => {
  it.each(Object.entries(NOT_USED))('%s is not used: %s', (word, reason) => {
    const spoken = checked.filter((file) => [...wordsOf(file)].some((one) => one === word || one === `${word}s`));
    expect(spoken, reason).toEqual([]);
  });

  it('are cut where the case changes, so that none of them hides in a longer name', () => {
    expect(checked.length).toBeGreaterThan(40);
    expect([...wordsOf('src/payout/decide.ts')]).toEqual(
      expect.arrayContaining(['rule', 'ending', 'late', 'acceptance']),
    );
  });
});
