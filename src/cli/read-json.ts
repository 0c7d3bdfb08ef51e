import type { Rows } from './rows.js';

/** One object, an array of them, or one on each line. */
export function readJsonRows(text: string): Rows {
  const whole = parse(text);
  if ('value' in whole) return toRows(whole.value);
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  const [first] = filled;
  // A first line that stands by itself makes it JSON lines; else it is one value, with a mistake somewhere.
  if (!first || filled.length === 1 || !('value' in parse(first.line))) return refuse(text, whole.problem);
  const parsed = filled.map(({ line, number }) => ({ place: `line ${number}`, result: parse(line) }));
  return {
    rows: parsed.flatMap(({ place, result }) => ('value' in result ? [{ place, value: result.value }] : [])),
    problems: parsed.flatMap(({ place, result }) =>
      'value' in result ? [] : [{ place, message: `is no JSON (${result.problem}): mend it` }],
    ),
  };
}

const toRows = (value: unknown): Rows => ({
  rows: Array.isArray(value)
    ? value.map((item: unknown, index) => ({ place: `request ${index + 1}`, value: item }))
    : [{ place: '', value }],
  problems: [],
});

function refuse(text: string, problem: string): Rows {
  const position = Number(/position (\d+)/.exec(problem)?.[1] ?? Number.NaN);
  const line = Number.isNaN(position) ? undefined : text.slice(0, position).split('\n').length;
  return { rows: [], problems: [{ place: line ? `line ${line}` : '', message: `is no JSON (${problem}): mend it` }] };
}

function parse(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
