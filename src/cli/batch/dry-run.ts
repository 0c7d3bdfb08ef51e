import { summarize, type Group } from '../../batch/summarize.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { print } from '../output.js';
import type { Env } from '../temporal.js';
import type { CheckedFile } from './check-file.js';
import { formatDryRun } from './format-dry-run.js';
import type { FileOrder } from './options.js';
import { readBalances, type AccountBalance } from './read-balances.js';

/** What a batch would do. */
export interface DryRun {
  readonly batchId: string;
  /** Good rows. */
  readonly rows: number;
  readonly bad: readonly { readonly line: number; readonly problems: readonly string[] }[];
  /** False: no ledger was named, so nobody looked which rows are paid already. */
  readonly isCompared: boolean;
  readonly groups: readonly Group[];
  readonly balances: readonly AccountBalance[];
}

/** Shows what the file would do; starts and writes nothing. */
export async function dryRun(env: Env, order: FileOrder, checked: CheckedFile): Promise<ExitCode> {
  const { batchId, rows, bad, isCompared, claimed } = checked;
  const groups = summarize(
    rows.map(({ request }) => request),
    claimed,
  );
  const shown: DryRun = {
    batchId,
    rows: rows.length,
    bad: bad.map(({ line, problems }) => ({ line, problems: problems.map(({ message }) => message) })),
    isCompared,
    groups,
    balances: await readBalances(env, groups),
  };
  print(order, shown, () => formatDryRun(shown));
  return EXIT.done;
}
