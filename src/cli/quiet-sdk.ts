import { Runtime } from '@temporalio/worker';
import type { Log } from './worker-log.js';

/**
 * Warnings only, through our own log; and the signals are ours: a worker that finishes its steps says so. With an address the SDK
 * serves its own metrics there, in Prometheus' form. Once per process.
 */
export function quietSdk(log: Log, metricsAddress?: string): void {
  Runtime.install({
    logger: log.sdk,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: 'WARN' },
      ...(metricsAddress ? { metrics: { prometheus: { bindAddress: metricsAddress } } } : {}),
    },
  });
}
