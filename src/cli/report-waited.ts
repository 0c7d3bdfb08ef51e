import { isEnding } from '../payout/status.js';
import { toExitCode } from './decide-wait.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { formatShows } from './format-list.js';
import { formatShow } from './format-show.js';
import { note, print, printError, type OutputOptions } from './output.js';
import { isRefusal, isShow, toJson, type Waited } from './waited.js';

/** Prints what a wait came to, one object for one payout, and returns the exit code. */
export function reportWaited(options: OutputOptions, waited: readonly Waited[]): ExitCode {
  const [only, ...others] = waited;
  const shows = waited.filter(isShow);
  if (only && others.length === 0 && !isShow(only)) {
    printError(options, only.error);
    return only.error.exit;
  }
  print(options, only && others.length === 0 ? only : waited.map(toJson), () =>
    shows.length === 1 && shows[0] ? formatShow(shows[0]) : formatShows(shows),
  );
  for (const { reference, error } of waited.filter(isRefusal)) note(`payouts: ${reference}: ${error.message}`);
  const exit = toExitCode(shows);
  if (exit === EXIT.inDoubt)
    note(`payouts: ${count(shows, ({ status }) => status === 'in_doubt')} in doubt: ${RESOLVE}`);
  if (exit === EXIT.waitedTooLong)
    note(
      `payouts: waited too long: ${count(shows, ({ status }) => !isEnding(status))} not ended yet; they go on by themselves`,
    );
  return exit === EXIT.done && shows.length < waited.length ? EXIT.refused : exit;
}

const RESOLVE = 'look at the provider, then say what you saw with `payouts resolve`';

function count<T>(all: readonly T[], is: (one: T) => boolean): string {
  const number = all.filter(is).length;
  return number === 1 ? '1 payout is' : `${number} payouts are`;
}
