import { PayoutsError, type ErrorCode } from '../payout/errors.js';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { InputError, type Problem } from './input-error.js';
import { toLedgerError } from './ledger-error.js';
import { toServerError } from './server-error.js';

/** An error as it is told: one line, a stable code, and what the process ends with. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly exit: ExitCode;
  /** Every bad row of an input. */
  readonly problems?: readonly Problem[];
}

export function toTold(error: unknown): Told {
  if (error instanceof InputError)
    return { code: 'InvalidRequest', message: error.message, exit: EXIT.usage, problems: error.problems };
  const known = error instanceof CliError ? error : (toServerError(error) ?? toLedgerError(error) ?? error);
  if (known instanceof CliError) return { code: known.code, message: oneLine(known.message), exit: known.exit };
  if (known instanceof PayoutsError)
    return { code: known.code, message: oneLine(known.message) + (MENDS[known.code] ?? ''), exit: EXITS[known.code] };
  return fromOther(known);
}

const EXITS = {
  InvalidRequest: EXIT.usage,
  ReferenceConflict: EXIT.refused,
  BatchConflict: EXIT.refused,
  NotFound: EXIT.refused,
  DecisionRefused: EXIT.refused,
  LedgerMismatch: EXIT.refused,
  LedgerNotAccepted: EXIT.refused,
  LedgerSchema: EXIT.refused,
  LedgerUnreachable: EXIT.unreachable,
  ServerUnreachable: EXIT.unreachable,
  NotServed: EXIT.refused,
} as const satisfies Record<ErrorCode, ExitCode>;

const MENDS: Partial<Record<ErrorCode, string>> = {
  NotFound: ': check the spelling, upper and lower case included',
  NotServed: ': start a worker that has them',
};

/** Errors of parts that are loaded only when they are needed are told apart by name, not by class. */
function fromOther(error: unknown): Told {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  switch (error instanceof Error ? error.name : '') {
    case 'ConfigError':
    case 'DecryptionError':
      return { code: 'Config', message, exit: EXIT.usage };
    case 'FaultSpecError':
      return { code: 'Usage', message: `--fault: ${message}`, exit: EXIT.usage };
    case 'SearchAttributesError':
      return { code: 'SearchAttributes', message, exit: EXIT.refused };
    case 'NotInstalledError':
    case 'TemporalNotFoundError':
      return { code: 'NotInstalled', message, exit: EXIT.usage };
    default:
      return { code: 'Unexpected', message: `unexpected: ${message}: this is a bug of payouts`, exit: EXIT.refused };
  }
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();
