import { EXIT, type ExitCode } from './exit-codes.js';

export type CliErrorCode =
  | 'Usage'
  | 'InvalidRequest'
  | 'Config'
  | 'BatchNotFound'
  | 'WaitedTooLong'
  | 'PortInUse'
  | 'LedgerAccess'
  | 'SearchAttributes'
  | 'WorkflowFailed';

/** Thrown for what the command line itself refuses or gives up. The message is one line: what, and the mend. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly code: CliErrorCode,
    message: string,
    readonly exit: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const usageError = (message: string): CliError => new CliError('Usage', message, EXIT.usage);
