import http from 'node:http';
import https from 'node:https';
import axios, { AxiosError } from 'axios';
import { observed } from './observe-http.js';
import type { Pace, Permit } from './pace.js';

/** What is known after one HTTP request. It never throws: the caller's table decides what a reply means. */
export type HttpResult =
  | { readonly kind: 'reply'; readonly status: number; readonly text: string; readonly json: unknown }
  /** Provably nothing left this machine. */
  | { readonly kind: 'unsent'; readonly cause: string }
  /** The request may have arrived; its reply did not, or not whole. */
  | { readonly kind: 'lost'; readonly cause: string };

export interface HttpOptions {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** One total deadline, from before DNS to the last byte, milliseconds. */
  readonly timeoutMs: number;
  /** Where the account has a limit: every request waits for its permit, before its deadline begins. */
  readonly pace?: Pace | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** The path with a name in place of each id, such as `/payout/{id}`: all that is told of it to whoever traces. */
  readonly route?: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** The exact bytes to send. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A new connection for this request: a kept one may be closing, and then nobody knows whether the bytes arrived. */
  readonly freshConnection?: boolean;
  /** Of a request that may not wait: taken before, or `null`, where there was no limit to keep. */
  readonly permit?: Permit | null;
}

export type Http = (request: HttpRequest) => Promise<HttpResult>;

const MAX_REPLY_BYTES = 20 * 1024 * 1024;

/** An HTTP client that does one request per call: no retries, no redirects, one total deadline. */
export function createHttp(options: HttpOptions): Http {
  const kept = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const client = axios.create({
    baseURL: options.baseUrl,
    headers: options.headers,
    maxRedirects: 0,
    // A proxy named in the environment could answer 200 or 403 in the provider's place, and that would be believed.
    proxy: false,
    maxContentLength: MAX_REPLY_BYTES,
    responseType: 'text',
    transformRequest: (data: unknown) => data,
    transformResponse: (data: unknown) => data,
    validateStatus: () => true,
  });

  const send: Http = async (request) => {
    const agents = request.freshConnection ? { http: new http.Agent(), https: new https.Agent() } : kept;
    // axios' own `timeout` does not cover a slow connect or a dripping reply; an aborted signal does.
    const deadline = AbortSignal.timeout(options.timeoutMs);
    try {
      const reply = await client.request<string>({
        method: request.method,
        url: request.path,
        ...(request.query ? { params: request.query } : {}),
        ...(request.body === undefined ? {} : { data: request.body }),
        headers: {
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...request.headers,
        },
        httpAgent: agents.http,
        httpsAgent: agents.https,
        signal: deadline,
      });
      return { kind: 'reply', status: reply.status, text: reply.data, json: parseJson(reply.data) };
    } catch (error) {
      // Never let an AxiosError out: it carries the body and the credentials.
      if (deadline.aborted) return { kind: 'lost', cause: `no whole reply within ${options.timeoutMs} ms` };
      return isUnsent(error) ? { kind: 'unsent', cause: describe(error) } : { kind: 'lost', cause: describe(error) };
    }
  };
  const told = observed(options.baseUrl, send);
  return (request) => withPermit(request, options.pace, told);
}

async function withPermit(request: HttpRequest, pace: Pace | undefined, send: Http): Promise<HttpResult> {
  if (!pace) return send(request);
  let permit: Permit | null;
  try {
    permit = request.permit === undefined ? await pace.take() : request.permit;
  } catch (error) {
    return { kind: 'unsent', cause: `no permit for a request could be had: ${describe(error)}` };
  }
  if (!permit?.use()) return { kind: 'unsent', cause: 'no permit for it was at hand when the request had to leave' };
  try {
    return await send(request);
  } finally {
    permit.end();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Errors that happen before the first byte of the request can leave. Whatever is not listed may have been sent. */
const UNSENT_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_NODATA',
  'EAI_NONAME',
  'ECONNREFUSED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_INVALID_URL',
]);

function isUnsent(error: unknown): boolean {
  const cause = innermost(error);
  // A name with several addresses fails with one error per address: each of them has to be proof.
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(isUnsent);
  return UNSENT_CODES.has(codeOf(cause) ?? '');
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof AxiosError && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

function describe(error: unknown): string {
  const cause = innermost(error);
  if (cause instanceof AggregateError) return cause.errors.map(describe).join(', ');
  return codeOf(cause) ?? (cause instanceof Error ? cause.name : 'unknown network failure');
}
