import { createWorker } from '../../src/worker/create-worker.js';
import { tellReady } from './program.js';
import { quietRuntime } from './quiet-runtime.js';
import { WORKER_OPTIONS } from './worker-options.js';

/** The worker of the payouts, configured by its environment. */
quietRuntime();
const worker = await createWorker({ workerOptions: WORKER_OPTIONS });
const running = worker.run();
tellReady({}, async () => {
  worker.shutdown();
  await running;
});
