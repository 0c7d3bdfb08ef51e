import { describeProblem } from './input-error.js';
import type { Told } from './errors.js';
import { hideSecrets } from './hide-secrets.js';

export interface OutputOptions {
  readonly json?: boolean;
}

/** Prints a result: JSON and nothing else with `--json`, else what a person reads. */
export function print({ json }: OutputOptions, value: unknown, human: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(value, null, 2) : human()}\n`);
}

/** A line for the person who watches; never on stdout, which belongs to the result. */
export function note(line: string): void {
  process.stderr.write(`${hideSecrets(line)}\n`);
}

/** One line on stderr, one more for each bad row of an input, and with `--json` an object on stdout. */
export function printError({ json }: OutputOptions, { code, message, problems = [] }: Told): void {
  note(`payouts: ${message}`);
  const several = problems.length > 1 ? problems : [];
  for (const problem of several) note(`  ${describeProblem(problem)}`);
  if (!json) return;
  const error = { code, message: hideSecrets([message, ...several.map(describeProblem)].join('; ')) };
  process.stdout.write(`${JSON.stringify({ error: problems.length > 0 ? { ...error, problems } : error }, null, 2)}\n`);
}
