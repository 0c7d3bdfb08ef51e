/**
 * A form of file that a provider's users have, beside ours. What it leaves out is said once for the whole file: the study, the
 * currency, the account.
 */
export interface FileForm {
  /** The field of the request by column; a header may write it in any case. A column for `amount` is in major units. */
  readonly columns: Readonly<Record<string, string>>;
  /** The columns of a file that has no header. */
  readonly withoutHeader: readonly string[];
  /** The field of the request that holds the study. */
  readonly study: string;
}
