import { toTold } from '../errors.js';
import { hideSecrets } from '../hide-secrets.js';
import { note, printError } from '../output.js';
import type { ExitCode } from '../exit-codes.js';

/** What happens to a batch, for programs: one JSON object on each line of stdout. Without `--json` nothing is written. */
export type Emit = (event: string, fields: object) => void;

export const createEmit =
  (json: boolean): Emit =>
  (event, fields) => {
    if (json) process.stdout.write(`${hideSecrets(JSON.stringify({ event, ...fields }))}\n`);
  };

/** An error as people are told it, and for programs as one more event. */
export function emitError(emit: Emit, error: unknown): ExitCode {
  const told = toTold(error);
  const { code, message, problems = [] } = told;
  printError({}, told);
  if (told.code === 'Unexpected' && process.env['PAYOUTS_DEBUG']) note(String((error as Error).stack));
  emit('error', { error: { code, message, ...(problems.length > 0 ? { problems } : {}) } });
  return told.exit;
}
