import { readServedAccounts } from '../worker/accounts.js';
import { stepLog } from '../observability/step-log.js';
import { createWorker } from '../worker/create-worker.js';
import { databaseUrl } from './database-url.js';
import { describeServed, toServed } from './describe-served.js';
import { readMetricsAddresses, startMetrics } from './metrics.js';
import { print, type OutputOptions } from './output.js';
import { quietSdk } from './quiet-sdk.js';
import { readNamespace } from './read-namespace.js';
import { connectTemporal, type Env } from './temporal.js';
import { startTraces } from './traces.js';
import { untilAskedToStop } from './until-asked-to-stop.js';
import { createWorkerLog, type Log } from './worker-log.js';

export interface RunWorkerOptions extends OutputOptions {
  readonly metricsPort?: number;
}

/** Serves the queues until it is asked to stop, then finishes what is under way. */
export async function runWorker(env: Env, { metricsPort, ...options }: RunWorkerOptions): Promise<void> {
  databaseUrl(env);
  const accounts = readServedAccounts(env);
  const addresses = readMetricsAddresses(env, metricsPort);
  await expectServer(env);

  const log = createWorkerLog(options);
  quietSdk(log, addresses.sdk);
  const metrics = addresses.ours && (await startMetrics(env, addresses.ours, accounts));
  const traces = await startTraces(env, log.warn);
  try {
    const workerOptions = { interceptors: { activity: [stepLog(log)] } };
    const worker = await createWorker({ env, workerOptions, ...(traces ? { tracing: traces.tracing } : {}) });
    const served = { ...toServed(env, worker), ...(metrics ? { metrics: metrics.url } : {}) };
    print(options, served, () =>
      [describeServed(served), ...(metrics ? [`  metrics: ${metrics.url}`] : [])].join('\n'),
    );
    log.info('running');

    const running = worker.run();
    await Promise.race([running, stopWhenAsked(worker, log)]);
    await running;
    log.info('stopped');
  } finally {
    await traces?.stop();
    await metrics?.stop();
  }
}

async function stopWhenAsked(worker: { shutdown(): void }, log: Log): Promise<void> {
  await untilAskedToStop(() => log.warn('still finishing the steps under way; nothing new is taken'));
  log.info('stopping: takes no new steps, and finishes those under way');
  worker.shutdown();
}

/** The worker's own connection would try for longer than anybody wants to wait. */
async function expectServer(env: Env): Promise<void> {
  const temporal = await connectTemporal(env);
  await readNamespace(temporal).finally(() => temporal.connection.close());
}
