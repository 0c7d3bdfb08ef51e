export interface NamedPlace {
  readonly place: string;
  /** None: it could not be read. */
  readonly reference: string | undefined;
}

/**
 * A reference stands for one payment, whatever the letters' case: two rows with it are a mistake of the input, and nobody can say
 * which of them is meant. What is wrong, by the index of the row.
 */
export function findDuplicates(rows: readonly NamedPlace[]): ReadonlyMap<number, string> {
  const sharing = new Map<string, number[]>();
  for (const [index, { reference }] of rows.entries()) {
    if (reference === undefined) continue;
    const folded = reference.toLowerCase();
    const known = sharing.get(folded);
    if (known) known.push(index);
    else sharing.set(folded, [index]);
  }
  const several = [...sharing.values()].filter((indexes) => indexes.length > 1);
  return new Map(
    several.flatMap((indexes) => indexes.map((index) => [index, describe(rows, indexes, index)] as const)),
  );
}

function describe(rows: readonly NamedPlace[], indexes: readonly number[], index: number): string {
  const own = rows[index] as NamedPlace;
  const other = rows[indexes.find((one) => one !== index) as number] as NamedPlace;
  const how = other.reference === own.reference ? 'is also in' : `differs only in case from ${other.reference} in`;
  const more = indexes.length > 2 ? ` and ${indexes.length - 2} more` : '';
  return `reference: ${own.reference} ${how} ${other.place}${more}: one reference is one payment`;
}
