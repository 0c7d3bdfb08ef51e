import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { RawDelivery } from '../providers/webhook.js';
import type { Receiving } from './accounts.js';
import { createCounts, type Counts } from './counts.js';
import { sparing, type Log } from './log.js';
import type { Nudge } from './nudge.js';
import { createReadiness, type Checks } from './readiness.js';
import { createSeenDeliveries } from './seen-deliveries.js';
import { takeDelivery } from './take-delivery.js';
import { createWakeQueue } from './wake-queue.js';
import { createWaker, type FindPayouts } from './waker.js';

export interface ReceiverOptions {
  readonly receiving: readonly Receiving[];
  readonly nudge: Nudge;
  readonly find: FindPayouts;
  readonly checks: Checks;
  readonly log: Log;
  readonly nowMs?: () => number;
  /** The most wakes that may wait. */
  readonly queueLimit?: number;
  /** The most deliveries that are remembered. */
  readonly seenLimit?: number;
  /** How long one wake may take. */
  readonly wakeWithinMs?: number;
  /** How long to go on waking at the end. */
  readonly drainWithinMs?: number;
}

/** The receiver of webhooks. It can wake payouts and watchers, and nothing else. */
export interface Receiver {
  /** Where it listens. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  readonly counts: Counts;
  /** Takes nothing more, wakes whoever waits to be woken, and ends within seconds. True: nobody was left. */
  stop(): Promise<boolean>;
}

const BODY_LIMIT_BYTES = 64 * 1024;
/** Providers wait for three seconds; who is slower than this in sending is none. */
const REQUEST_WITHIN_MS = 10_000;
const MOST_CONNECTIONS = 500;
const WAKE_WITHIN_MS = 10_000;
const CONCURRENCY = 16;
const CLOSE_WITHIN_MS = 2_000;
const DRAIN_WITHIN_MS = 5_000;
/** Respondent goes on trying for an hour. */
const OLDEST_MS = 2 * 60 * 60_000;

export function createReceiver(options: ReceiverOptions): Receiver {
  const { receiving, nudge, find, checks, nowMs = Date.now, queueLimit = 10_000, seenLimit = 20_000 } = options;
  const { wakeWithinMs = WAKE_WITHIN_MS, drainWithinMs = DRAIN_WITHIN_MS } = options;
  const log = sparing(options.log);
  const counts = createCounts();
  const queue = createWakeQueue({ limit: queueLimit, concurrency: CONCURRENCY });
  const seen = createSeenDeliveries({ windowMs: OLDEST_MS, limit: seenLimit, nowMs });
  const waker = createWaker({ nudge, find, queue, counts, log, withinMs: wakeWithinMs });
  const app = createApp(counts, log);

  const take = (one: Receiving, raw: RawDelivery) =>
    takeDelivery({ seen, waker, counts, log, nowMs, oldestMs: OLDEST_MS }, one, raw);
  for (const one of receiving) {
    const paths = [`/webhooks/${one.provider}/${one.account}`];
    if (one.account === 'default') paths.push(`/webhooks/${one.provider}`);
    for (const path of paths)
      app.post(path, async ({ headers, body }, reply) => {
        const status = take(one, { headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) });
        if (status === 401 && one.challenge) void reply.header('www-authenticate', one.challenge);
        return reply.code(status).send({ received: status === 200 });
      });
  }

  const startedAt = new Date(nowMs()).toISOString();
  app.get('/health', async () => ({
    ok: true,
    startedAt,
    ...counts,
    queue: { waiting: queue.waiting, underWay: queue.underWay, limit: queueLimit },
    remembered: seen.size,
  }));
  const readiness = createReadiness(checks);
  app.get('/ready', async (_request, reply) => {
    const read = await readiness();
    return reply.code(read.ready ? 200 : 503).send(read);
  });

  return {
    listen: (at) => app.listen(at),
    counts,
    async stop() {
      await close(app);
      waker.flush();
      return queue.drain(drainWithinMs);
    },
  };
}

function createApp(counts: Counts, log: Log): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.server.headersTimeout = REQUEST_WITHIN_MS;
  // The exact bytes, whatever their type: they are what was signed.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
  app.setNotFoundHandler(async (_request, reply) => {
    counts.deliveries.unknownPath += 1;
    log.warn({}, 'somebody asked for a path that is none of ours: check the URL of the webhook, and its account');
    return reply.code(404).send({ message: 'no such webhook' });
  });
  app.setErrorHandler<FastifyError>(async (error, _request, reply) => {
    const { statusCode = 500 } = error;
    counts.deliveries[statusCode === 413 ? 'tooLarge' : 'broken'] += 1;
    // Its message may repeat what was sent.
    log.warn({ status: statusCode, code: error.code ?? error.name }, 'a request could not be read');
    return reply.code(statusCode).send({ message: statusCode === 413 ? 'too large' : 'could not be read' });
  });
  return app;
}

/** Requests under way are answered; a connection that does not end by itself is ended. */
async function close(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
  await app.close().finally(() => clearTimeout(timer));
}
