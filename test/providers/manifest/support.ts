import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { TAG, type ManifestRequest } from '../../../src/payout/request.js';
import { createManifestApi } from '../../../src/providers/manifest/api.js';
import { composeCall } from '../../../src/providers/manifest/compose-call.js';
import { manifest } from '../../../src/providers/manifest/index.js';
import {
  MANIFEST_ROUTES,
  manifestSandbox,
  type ManifestSandboxOptions,
} from '../../../src/providers/manifest/sandbox.js';
import type { FaultInput } from '../../../src/sandbox/fault-spec.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';

export const START_MS = Date.parse('2026-12-01T09:00:00.000Z');

export const makeRequest = (changes: Partial<ManifestRequest> = {}): ManifestRequest => ({
  reference: 'study-42/p-007',
  provider: 'manifest',
  account: 'default',
  accountConnection: 'acon_X',
  amountMinor: 1500,
  currency: 'USD',
  ...changes,
});

type Env = Readonly<Record<string, string>>;

/** A real account against the real sandbox, over HTTP, on a clock that stands until it is moved. */
export async function connectToSandbox(options: ManifestSandboxOptions = {}) {
  let nowMs = START_MS;
  const sandbox = await startSandbox({ providers: [manifestSandbox(options)], now: () => nowMs });
  onTestFinished(() => sandbox.stop());
  const account = connect(sandbox.env);
  return {
    sandbox,
    account,
    /** The same account, which waits a quarter of a second only. */
    impatient: connect(sandbox.env, 250),
    api: connectApi(sandbox.env),
    /** Moves the clock on. */
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Pays, and tells the id. */
    payFor: async (changes: Partial<ManifestRequest> = {}, key?: string): Promise<string> => {
      const request = makeRequest(changes);
      return idOf(await account.pay(composeCall(request), key ?? `key of ${request.reference}`));
    },
    lookUp: (changes: Partial<ManifestRequest> = {}, controls: readonly Control[] = []) =>
      account.lookUp({ request: makeRequest(changes), controls }),
    /** The routes that were asked, in short. */
    asked: () => sandbox.requests().map(({ route }) => SHORT[route] ?? route),
    addFault: (route: keyof typeof MANIFEST_ROUTES, fault: Omit<FaultInput, 'provider' | 'route'>) =>
      sandbox.faults.add({ provider: 'manifest', route: MANIFEST_ROUTES[route], ...fault }),
  };
}

export interface Control {
  readonly reference: string;
  readonly providerReference: string;
}

/** Whether only a client that gives up gets to see the end of it. */
export const neverEnds = ({ kind }: Pick<FaultInput, 'kind'>): boolean => kind === 'never_answers' || kind === 'slow';

export function connect(env: Env, httpTimeoutMs = 5_000) {
  return manifest.connect(readConfig(env), { httpTimeoutMs });
}

export const connectApi = (env: Env) => createManifestApi(readConfig(env), 5_000);

function readConfig(env: Env) {
  const config = manifest.readConfig(env).get('default');
  if (!config) throw new Error('no default account in the environment');
  return config;
}

function idOf(outcome: Awaited<ReturnType<ReturnType<typeof connect>['pay']>>): string {
  const id = outcome.kind === 'accepted' ? outcome.seen?.providerReference : undefined;
  if (id === undefined) throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
  return id;
}

const SHORT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(MANIFEST_ROUTES).map(([name, route]) => [route, name]),
);

export interface Asked {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A Manifest that somebody else wrote: it shares no code with the sandbox, answers what it is told, and remembers what it was asked. */
export async function startOutsider(
  answer: (asked: Asked) => { readonly status: number; readonly json?: unknown; readonly text?: string },
  settings: Env = {},
) {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://outsider.test');
      const one = {
        method: request.method ?? '',
        path: url.pathname.replace('/enterprise/v1', ''),
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      asked.push(one);
      const { status, json, text = json === undefined ? '' : JSON.stringify(json) } = answer(one);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const env = {
    MANIFEST_BASE_URL: `http://127.0.0.1:${port}/enterprise/v1`,
    MANIFEST_API_KEY: 'made-up-key',
    ...settings,
  };
  return { account: connect(env), api: connectApi(env), asked };
}

/** A row as a list shows it. */
export const makeRow = (id: string, reference?: string, changes: object = {}) => ({
  id,
  type: 'direct',
  status: 'sent',
  account_connection: 'acon_X',
  amount_in_cents: 1500,
  date: '2026-12-01T09:00:00.000Z',
  userdata: reference === undefined ? {} : { [TAG]: reference },
  ...changes,
});
