import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

const PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use: give another one, or end what listens there',
  EACCES: 'is not permitted: give one above 1023',
  EADDRNOTAVAIL: 'is no address of this machine: give another one, such as 127.0.0.1, or 0.0.0.0 for all',
  ENOTFOUND: 'is no address: give another one, such as 127.0.0.1, or 0.0.0.0 for all',
};

/** Tells why nothing can listen there, and the mend. Throws whatever else it was as it is. */
export function explainListen(error: unknown, what: string, { host, port }: { host: string; port: number }): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = PROBLEMS[code];
  if (problem === undefined) throw error;
  throw new CliError('PortInUse', `${what}: port ${port} of ${host} ${problem}`, EXIT.usage);
}
