import fastify from 'fastify';
import type { Metrics } from './metrics.js';

export interface MetricsServer {
  /** Where it listens. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  stop(): Promise<void>;
}

/** `GET /metrics`, and nothing else. */
export function createMetricsServer(metrics: Metrics): MetricsServer {
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  app.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.read();
  });
  return {
    listen: (at) => app.listen(at),
    async stop() {
      metrics.close();
      await app.close();
    },
  };
}
