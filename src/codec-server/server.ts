import type { PayloadCodec } from '@temporalio/common';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { isSameSecret } from '../providers/is-same-secret.js';
import { createPayloadCodec, DecryptionError } from '../temporal/payload-codec.js';
import type { EncryptionKeys } from '../temporal/encryption-keys.js';
import { readPayloads, writePayloads } from './wire.js';

export interface CodecServerOptions {
  readonly keys: EncryptionKeys;
  /** The only origin whose pages may ask, such as https://temporal.example. */
  readonly uiOrigin: string;
  /** Where set, every request has to carry it: `Authorization: Bearer …`. */
  readonly token?: string | undefined;
}

/** Temporal's remote codec protocol: decrypts for whoever looks at the UI, and encrypts what they send from there. */
export interface CodecServer {
  /** Where it listens. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  stop(): Promise<void>;
}

/** A page of the UI asks for all payloads of a history at once. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
const REMEMBERED_S = 600;

export function createCodecServer({ keys, uiOrigin, token }: CodecServerOptions): CodecServer {
  const codec = createPayloadCodec(keys);
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, exposeHeadRoutes: false });

  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'Origin');
    // A browser always names the page that asks; the `temporal` command line names none.
    if (origin !== undefined && origin !== uiOrigin)
      return refuse(reply, 403, 'this page may not ask: see --ui-origin');
    if (origin !== undefined) allow(reply, uiOrigin);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    if (request.url === '/health' || isAllowed(request, token)) return undefined;
    void reply.header('www-authenticate', 'Bearer');
    return refuse(reply, 401, 'the bearer token is missing or wrong');
  });
  app.get('/health', async () => ({ ok: true }));
  for (const way of ['encode', 'decode'] as const) app.post(`/${way}`, (request) => convert(codec[way], request));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'there is POST /encode and POST /decode'));
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (error instanceof DecryptionError) return refuse(reply, 400, error.message);
    const { statusCode = 500 } = error;
    // Another message may repeat what was sent.
    return refuse(reply, statusCode, statusCode < 500 ? 'no payloads could be read' : 'unexpected: see its log');
  });
  return { listen: (at) => app.listen(at), stop: () => app.close() };
}

const convert = async (way: PayloadCodec['encode'], { body }: FastifyRequest): Promise<unknown> =>
  writePayloads(await way(readPayloads(body)));

function allow(reply: FastifyReply, uiOrigin: string): void {
  void reply.headers({
    'access-control-allow-origin': uiOrigin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'Authorization, Content-Type, X-Namespace',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': String(REMEMBERED_S),
  });
}

const refuse = (reply: FastifyReply, status: number, message: string) => reply.code(status).send({ message });

function isAllowed({ headers }: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, given] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
  return given !== undefined && isSameSecret(given, token);
}
