const LONGEST = 40;

/** A cell as it is named in a message. */
export const shown = (cell: string): string =>
  JSON.stringify(cell.length > LONGEST ? `${cell.slice(0, LONGEST)}…` : cell);
