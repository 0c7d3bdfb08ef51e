import { connect } from 'node:net';

const PROXIES = ['grpc_proxy', 'https_proxy', 'http_proxy', 'GRPC_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY'];

/**
 * Why nobody can be there, or nothing where that is not known. gRPC would try a refused connection again until its time
 * is up, and then could not say why.
 */
export function findRefusal(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { hostname, port } = URL.canParse(`tcp://${address}`)
    ? new URL(`tcp://${address}`)
    : { hostname: '', port: '' };
  // Through a proxy the name and the port mean something elsewhere.
  if (hostname === '' || port === '' || PROXIES.some((name) => env[name])) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: KNOCK_FOR_MS });
    const answer = (refusal?: string) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.once('connect', () => answer());
    socket.once('timeout', () => answer());
    socket.once('error', (error) => answer(REFUSALS[codeOf(error)]));
  });
}

const KNOCK_FOR_MS = 1_000;

const REFUSALS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'no host has this name',
};

/** A name with several addresses fails with an error for each. */
function codeOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && 'code' in first ? String(first.code) : '';
}
