import type { Cells, CellProblem, Layout } from './layout.js';
import { shown } from './shown.js';

/** A part of every reference: the cell of a column, or a text that stands for itself. */
export interface ReferencePart {
  readonly name: string;
  of(cells: Cells): string;
}

/** The parts by their names, or what is wrong with one. `study` also finds `studyId`. */
export function findParts(names: readonly string[], { sources }: Layout): readonly ReferencePart[] | string {
  const parts: ReferencePart[] = [];
  for (const name of names) {
    const text = /^=(.*)$/s.exec(name)?.[1];
    const of = text === undefined ? (sources.get(name) ?? sources.get(`${name}Id`)) : () => text;
    if (!of)
      return `${shown(name)} is no column here: use ${[...sources.keys()].join(', ')}, or =text for a text of your own`;
    parts.push({ name, of });
  }
  return parts;
}

/**
 * The parts joined by "/". The same row always gets the same reference. A part with a "/" in it is refused: two different rows could
 * get one reference.
 */
export function buildReference(
  parts: readonly ReferencePart[],
  cells: Cells,
): { readonly reference: string } | { readonly problem: CellProblem } {
  const texts = parts.map(({ name, of }) => ({ name, text: of(cells) }));
  const bad = texts.find(({ text }) => !PART.test(text));
  if (!bad) return { reference: texts.map(({ text }) => text).join('/') };
  const why = bad.text === '' ? 'is empty' : `${shown(bad.text)} has a character other than A-Z a-z 0-9 . _ : -`;
  return { problem: { column: bad.name, message: `${bad.name}: ${why}, so no reference can be built of it` } };
}

const PART = /^[A-Za-z0-9._:-]+$/;
