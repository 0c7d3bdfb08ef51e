/** One thing that is wrong in an input. */
export interface Problem {
  /** Where, as a person finds it: `line 3`, `request 2`, or nothing where there is only one request. */
  readonly place: string;
  /** The column of a table, where one is to blame. */
  readonly column?: string;
  readonly message: string;
}
