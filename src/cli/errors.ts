import { PayoutsError, type ErrorCode } from '../payout/errors.js';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { InputError, type Problem } from './input-error.js';
import { toLedgerError } from './ledger-error.js';

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
  if (error instanceof CliError) return { code: error.code, message: oneLine(error.message), exit: error.exit };
  if (error instanceof PayoutsError) return fromPayoutsError(error);
  const fromLedger = toLedgerError(error);
  if (fromLedger) return toTold(fromLedger);
  if (!(error instanceof Error)) return { code: 'Unexpected', message: oneLine(String(error)), exit: EXIT.refused };
  return fromOther(error);
}

const EXITS = {
  InvalidRequest: EXIT.usage,
  ReferenceConflict: EXIT.refused,
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

const fromPayoutsError = ({ code, message }: PayoutsError): Told => ({
  code,
  message: oneLine(message) + (MENDS[code] ?? ''),
  exit: EXITS[code],
});

/** Errors of parts that are loaded only when they are needed are told apart by name, not by class. */
function fromOther(error: Error): Told {
  const message = oneLine(error.message);
  switch (error.name) {
    case 'ConfigError':
      return { code: 'Config', message, exit: EXIT.usage };
    case 'FaultSpecError':
      return { code: 'Usage', message: `--fault: ${message}`, exit: EXIT.usage };
    case 'SearchAttributesError':
      return { code: 'SearchAttributes', message, exit: EXIT.refused };
    case 'ServiceError':
      return {
        code: 'ServerUnreachable',
        message: `the Temporal server did not answer (${oneLine(causeOf(error))}): check TEMPORAL_ADDRESS`,
        exit: EXIT.unreachable,
      };
    case 'WorkflowFailedError':
    case 'WorkflowUpdateFailedError':
      return {
        code: 'Refused',
        message: `the payout's workflow did not do it (${oneLine(causeOf(error))}): look at it in the Temporal UI`,
        exit: EXIT.refused,
      };
    default:
      return { code: 'Unexpected', message: `unexpected: ${message}: this is a bug of payouts`, exit: EXIT.refused };
  }
}

function causeOf(error: Error): string {
  let inner: unknown = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : error.message;
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();
