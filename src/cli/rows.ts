import type { Problem } from './input-error.js';

/** What an input holds, before it is known whether the rows are requests. */
export interface Rows {
  readonly rows: readonly {
    /** Where it stands, as a person finds it. */ readonly place: string;
    readonly value: unknown;
  }[];
  readonly problems: readonly Problem[];
}
