import { Runtime } from '@temporalio/worker';
import type { Log } from './worker-log.js';

/** Warnings only, through our own log; and the signals are ours: a worker that finishes its steps says so. Once per process. */
export function quietSdk(log: Log): void {
  Runtime.install({
    logger: log.sdk,
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: 'WARN' } },
  });
}
