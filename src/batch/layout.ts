import type { Line } from './csv-table.js';

/** The cells of a row, by column. */
export type Cells = Readonly<Record<string, string>>;

/** Something wrong in a row; without a column it is the whole row's. */
export interface CellProblem {
  readonly column?: string;
  readonly message: string;
}

export interface ReadCells {
  /** The request as far as it could be read; the schema has the last word. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly CellProblem[];
}

/** How the cells of a file become requests. */
export interface Layout {
  /** The name of each cell of a row, in the file's order. */
  readonly columns: readonly string[];
  readonly lines: readonly Line[];
  read(cells: Cells): ReadCells;
  /** Where a field was read from: a column, or an option of the command line. */
  blame(field: string, cells: Cells): { readonly column: string } | { readonly option: string };
  /** What a part of a built reference may be called, and what it is in a row. */
  readonly sources: ReadonlyMap<string, (cells: Cells) => string>;
}
