import fastify, { type FastifyInstance } from 'fastify';
import { FaultSpecError, type FaultInput } from './fault-spec.js';
import { openPort } from './open-port.js';
import type { Sandbox } from './sandbox.js';

export interface SandboxControl {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the sandbox's journal, log and faults over HTTP, for `payouts sandbox` run by itself. */
export async function startControl(sandbox: Sandbox, port = 0): Promise<SandboxControl> {
  const app = fastify({ forceCloseConnections: true });
  // JSON whatever its declared type, so that a plain `curl -d` works.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  addRoutes(app, sandbox);
  app.setErrorHandler(async (error, _request, reply) => {
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(error instanceof FaultSpecError ? 400 : 500).send({ message });
  });
  const opened = await openPort(app, port);
  return { url: `http://127.0.0.1:${opened}`, stop: async () => app.close() };
}

function addRoutes(app: FastifyInstance, sandbox: Sandbox): void {
  app.get('/', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(HELP));
  app.get('/health', async () => ({
    ok: true,
    seed: sandbox.seed,
    providers: Object.fromEntries(sandbox.providers.map((name) => [name, sandbox.baseUrl(name)])),
  }));
  app.get('/journal', async () => sandbox.journal());
  app.get('/requests', async () => sandbox.requests());
  app.get('/faults', async () => sandbox.faults.list());
  app.post('/faults', async (request, reply) => {
    const fault = sandbox.faults.add(parseJson(request.body) as FaultInput);
    return reply.code(201).send(fault);
  });
  app.delete('/faults', async (_request, reply) => {
    sandbox.faults.clear();
    return reply.code(204).send();
  });
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new FaultSpecError('the body is no JSON; send a fault such as GET / shows');
  }
}

const HELP = `payouts sandbox: simulated payout providers. No money moves here.

GET    /health    the providers and their base URLs
GET    /journal   every payment really made
GET    /requests  the latest requests, with their faults
GET    /faults    the faults that may still hit
POST   /faults    adds one, such as
                  {"provider":"respondent","route":"*","kind":"reply_lost","times":2}
                  kinds: no_connection reply_lost error_before error_after rate_limited
                         never_answers garbage_body slow status
                  also:  about, skip, probability, afterEffect, delayMs (slow), status
DELETE /faults    removes all
`;
