import { EXIT, type ExitCode } from './exit-codes.js';
import { formatTable } from './format-table.js';
import { note, print, type OutputOptions } from './output.js';
import type { PageOf } from './page-of.js';
import { isRefusal, isShow, toJson, type Waited } from './waited.js';

/** Prints where each payout stands right after its start, and returns the exit code. */
export function reportStarted(options: OutputOptions, started: readonly Waited[], pageOf: PageOf): ExitCode {
  const shows = started.filter(isShow);
  const refusals = started.filter(isRefusal);
  print(options, started.length === 1 ? started.map(toJson)[0] : started.map(toJson), () =>
    formatTable(
      ['reference', 'workflow', 'status', ...(shows.some(({ reference }) => pageOf(reference)) ? ['page'] : [])],
      shows.map(({ reference, status }) => [reference, `payout/${reference}`, status, pageOf(reference) ?? '']),
    ),
  );
  for (const { reference, error } of refusals) note(`payouts: ${reference}: ${error.message}`);
  if (refusals.length > 0)
    note(`payouts: ${refusals.length} of ${started.length} not started: mend them, then start the same file again`);
  const exits = new Set(refusals.map(({ error }) => error.exit));
  return exits.size === 1 ? ([...exits][0] ?? EXIT.done) : exits.size === 0 ? EXIT.done : EXIT.refused;
}
