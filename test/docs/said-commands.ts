import { read, files } from '../architecture/sources.js';

/** A command line of ours that a page tells its reader to type. */
export interface Said {
  readonly page: string;
  readonly text: string;
  readonly words: readonly string[];
  /** Within a sentence a command may be named without what belongs to it. */
  readonly isComplete: boolean;
}

export const pages = (): readonly string[] => files().filter((file) => /^(README\.md|docs\/[^/]+\.md)$/.test(file));

const FENCE = /^ *```(\w*)\n([\s\S]*?)^ *```/gm;
const OURS =
  /^(?:payouts|npx payouts|docker compose (?:exec|run --rm) [\w-]+ node dist\/src\/cli\/main\.js) (?=[a-z-])/;

/** The blocks of a page in one language, such as `sql`. */
export const blocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(FENCE)].flatMap(([, named, block = '']) => (named === language ? [block] : []));

/** What stands in a page between single backticks, its blocks left out. */
export const spansOf = (text: string): readonly string[] =>
  [...text.replace(FENCE, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

/** Every command of ours in the pages, from blocks to type and from within sentences. */
export const saidCommands = (): readonly Said[] =>
  pages().flatMap((page) => {
    const text = read(page);
    const toSaid = (isComplete: boolean) => (line: string) =>
      OURS.test(line) ? [{ page, text: line, words: toWords(line.replace(OURS, '')), isComplete }] : [];
    const lines = blocksOf(text, 'sh').flatMap((block) =>
      block
        .replace(/\\\n/g, ' ')
        .split('\n')
        .map((line) => line.trim()),
    );
    return [...lines.flatMap(toSaid(true)), ...spansOf(text).flatMap(toSaid(false))];
  });

/** The words of a command line, as a shell splits them, up to a comment, a pipe or a redirection. */
function toWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    if (/^(#|[|&<;]|\d?>)/.test(word)) break;
    words.push(word.replace(/["']/g, ''));
  }
  return words;
}
