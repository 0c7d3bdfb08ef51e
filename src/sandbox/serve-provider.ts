import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answer } from './answer.js';
import type { FaultPlan } from './faults.js';
import { openPort } from './open-port.js';
import type { SandboxProvider, SandboxRequest, SandboxRoute } from './provider.js';
import type { RequestLog } from './request-log.js';
import { sendAnswer } from './send-answer.js';

export interface ProviderServer {
  /** Base URL for a client, with the provider's base path. */
  readonly baseUrl: string;
  /** Closes the port and every connection, so that a client's connection is really refused. */
  refuse(): Promise<void>;
  /** Opens the same port again. */
  accept(): Promise<void>;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly now: () => number;
  readonly port: number;
}

/** Serves one provider's simulated API on its own port of 127.0.0.1. */
export async function serveProvider(provider: SandboxProvider, around: Surroundings): Promise<ProviderServer> {
  const stopping = new AbortController();
  let app: FastifyInstance | undefined = createApp(provider, around, stopping.signal);
  const port = await openPort(app, around.port);

  const refuse = async () => {
    const closing = app;
    app = undefined;
    await closing?.close();
  };
  return {
    baseUrl: `http://127.0.0.1:${port}${provider.basePath}`,
    refuse,
    accept: async () => {
      if (app) return;
      app = createApp(provider, around, stopping.signal);
      await openPort(app, port);
    },
    stop: async () => {
      stopping.abort();
      await refuse();
    },
  };
}

function createApp(provider: SandboxProvider, around: Surroundings, stopping: AbortSignal): FastifyInstance {
  const app = fastify({
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: false,
    bodyLimit: 20 * 1024 * 1024,
    routerOptions: { maxParamLength: 2000 },
  });
  // The exact bytes, whatever their type: each provider refuses bad JSON in its own words.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const serve = async (request: FastifyRequest, reply: FastifyReply, route: Served) => {
    const close = around.log.open({
      provider: provider.name,
      route: route.id,
      atMs: around.now(),
      ...idempotencyKey(request),
    });
    const seen = toSandboxRequest(request);
    const fault = around.faults.draw(provider.name, route.id, textOf(request, seen, route));
    const perform = () => provider.authorize(seen.headers) ?? route.handle(seen);
    const outcome = await answer(perform, fault, stopping);
    close({ ...(outcome.kind === 'reply' ? { status: outcome.status } : {}), ...(fault ? { fault: fault.kind } : {}) });
    await sendAnswer(reply, outcome, stopping);
    return reply;
  };

  for (const route of provider.routes) {
    app.route({
      method: route.method,
      url: provider.basePath + route.path,
      handler: (request, reply) => serve(request, reply, route),
    });
  }
  app.setNotFoundHandler((request, reply) =>
    serve(request, reply, {
      id: `${request.method} ${request.url.split('?')[0]}`,
      handle: () => ({ status: 404, json: { message: 'Not Found' } }),
    }),
  );
  return app;
}

type Served = Pick<SandboxRoute, 'id' | 'handle' | 'about'>;

const idempotencyKey = ({ headers }: FastifyRequest): { idempotencyKey?: string } => {
  const key = firstOf(headers['idempotency-key']);
  return key === undefined ? {} : { idempotencyKey: key };
};

const toSandboxRequest = (request: FastifyRequest): SandboxRequest => ({
  params: request.params as Record<string, string>,
  query: mapValues(request.query as Record<string, string | string[]>, (value) => firstOf(value) ?? ''),
  headers: mapValues(request.headers, firstOf),
  body: typeof request.body === 'string' ? request.body : '',
});

/** What a fault that is about somebody looks in. */
const textOf = ({ url }: FastifyRequest, seen: SandboxRequest, route: Served): string =>
  `${decoded(url)} ${seen.body} ${route.about?.(seen) ?? ''}`;

/** Ids in a path stand there encoded; a person writes them plainly. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const mapValues = <From, To>(record: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
