import { readServedAccounts } from '../worker/accounts.js';
import { createWorker } from '../worker/create-worker.js';
import { databaseUrl } from './database-url.js';
import { describeServed, toServed } from './describe-served.js';
import { print, type OutputOptions } from './output.js';
import { quietSdk } from './quiet-sdk.js';
import { readNamespace } from './read-namespace.js';
import { connectTemporal, type Env } from './temporal.js';
import { untilAskedToStop } from './until-asked-to-stop.js';
import { createWorkerLog, type Log } from './worker-log.js';

/** Serves the queues until it is asked to stop, then finishes what is under way. */
export async function runWorker(env: Env, options: OutputOptions): Promise<void> {
  databaseUrl(env);
  readServedAccounts(env);
  await expectServer(env);

  const log = createWorkerLog(options);
  quietSdk(log);
  const worker = await createWorker({ env });
  const served = toServed(env, worker);
  print(options, served, () => describeServed(served));
  log.info('running');

  const running = worker.run();
  await Promise.race([running, stopWhenAsked(worker, log)]);
  await running;
  log.info('stopped');
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
