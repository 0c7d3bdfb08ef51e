import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProlificRequest } from '../../../src/payout/request.js';
import { prolific } from '../../../src/providers/prolific/index.js';
import type { Identified, Identity, Preparation, ProviderAccount } from '../../../src/providers/provider.js';

export const TOKEN = 'made-up-token-5a1b';

export const aRequest = (fields: Partial<ProlificRequest> = {}): ProlificRequest => ({
  reference: 'study-43/p-001',
  provider: 'prolific',
  account: 'default',
  studyId: 'study43',
  submissionId: 'study43-s1',
  amountMinor: 250,
  currency: 'GBP',
  ...fields,
});

/** An account of the sandbox, or of any server that the environment names. */
export function connectTo(
  env: Readonly<Record<string, string>>,
  httpTimeoutMs = 2_000,
): ProviderAccount<ProlificRequest> {
  const config = prolific.readConfig(env).get('default');
  if (!config) throw new Error('no default account');
  return prolific.connect(config, { httpTimeoutMs });
}

export function expectIdentified(identity: Identity): Identified {
  if (identity.kind !== 'identified') throw new Error(`${identity.kind}: ${identity.message}`);
  return identity;
}

export function expectPrepared(preparation: Preparation): Preparation & { kind: 'prepared' } {
  if (preparation.kind !== 'prepared') throw new Error(`${preparation.kind}: ${preparation.message}`);
  return preparation;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Outsider {
  readonly env: Readonly<Record<string, string>>;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** A server that shares no code with the sandbox: it answers whatever a test says. */
export async function startOutsider(answer: (asked: Asked) => { status: number; body: string }): Promise<Outsider> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://outsider.test');
      const seen = {
        method: request.method ?? '',
        path: url.pathname.replace('/api/v1', ''),
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      asked.push(seen);
      const { status, body } = answer(seen);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { PROLIFIC_BASE_URL: `http://127.0.0.1:${port}/api/v1`, PROLIFIC_API_TOKEN: TOKEN },
    asked,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export const json = (status: number, value: unknown) => ({ status, body: JSON.stringify(value) });
