import { EXIT, type ExitCode } from './exit-codes.js';

/** Thrown for what the command line itself refuses or gives up. The message is one line: what, and the mend. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly code: 'Usage' | 'InvalidRequest' | 'Config' | 'WaitedTooLong' | 'PortInUse' | 'LedgerAccess',
    message: string,
    readonly exit: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const usageError = (message: string): CliError => new CliError('Usage', message, EXIT.usage);
