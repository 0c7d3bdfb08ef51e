export type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** As much YAML as the documents of our providers use: maps, lists of maps or texts, plain, quoted and folded texts. */
export function readYaml(text: string): Yaml {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }));
  return readBlock(lines);
}

function readBlock(lines: readonly Line[]): Yaml {
  const [first] = lines;
  if (!first) return '';
  const parts = split(lines, first.indent);
  if (first.text.startsWith('- ')) return parts.map(([head, ...rest]) => readItem(head as Line, rest));
  return Object.fromEntries(parts.map(([head, ...rest]) => readEntry(head as Line, rest)));
}

/** One part for each line of that indentation, with what is indented below it. */
function split(lines: readonly Line[], indent: number): readonly (readonly Line[])[] {
  const parts: Line[][] = [];
  for (const line of lines) {
    if (line.indent === indent) parts.push([line]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function readItem({ indent, text }: Line, rest: readonly Line[]): Yaml {
  const own = text.slice(2);
  return /^[\w$'-]+:( |$)/.test(own) ? readBlock([{ indent: indent + 2, text: own }, ...rest]) : readText(own);
}

function readEntry({ text }: Line, rest: readonly Line[]): readonly [key: string, value: Yaml] {
  const [, key = '', value = ''] = /^(.+?):(?: (.*))?$/.exec(text) ?? [];
  if (/^[>|]-?$/.test(value)) return [readText(key), rest.map((line) => line.text).join(' ')];
  return [readText(key), value === '' ? readBlock(rest) : readText(value)];
}

const readText = (text: string): string => text.replace(/^'(.*)'$/, '$1');
