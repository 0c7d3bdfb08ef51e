import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/** What the port and the host are given by. */
interface Names {
  readonly port: string;
  readonly host: string;
}

const PROBLEMS: Readonly<Record<string, (names: Names) => string>> = {
  EADDRINUSE: (names) => `is in use: give another ${names.port}, or end what listens there`,
  EACCES: (names) => `is not permitted: give a ${names.port} above 1023`,
  EADDRNOTAVAIL: (names) => `is no address of this machine: give another ${names.host}, such as ${EXAMPLE}`,
  ENOTFOUND: (names) => `is no address: give another ${names.host}, such as ${EXAMPLE}`,
};
const EXAMPLE = '127.0.0.1, or 0.0.0.0 for all';

/** Tells why nothing can listen there, and the mend. Throws whatever else it was as it is. */
export function explainListen(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  names: Names = { port: '--port', host: '--host' },
): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = PROBLEMS[code];
  if (problem === undefined) throw error;
  throw new CliError('PortInUse', `port ${port} of ${host} ${problem(names)}`, EXIT.usage);
}
