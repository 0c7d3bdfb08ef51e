import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createFloorActivities } from './floor-activity.js';
import { tellReady } from './program.js';
import { quietRuntime } from './quiet-runtime.js';
import { TASK_QUEUES, WORKER_OPTIONS } from './worker-options.js';

/** The worker of the floor. */
quietRuntime();
const { TEMPORAL_ADDRESS: address = '', MANIFEST_BASE_URL: baseUrl = '', MANIFEST_API_KEY: key = '' } = process.env;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue: TASK_QUEUES.floor,
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./floor-workflow.js', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }),
  activities: createFloorActivities(baseUrl, `Basic ${Buffer.from(`${key}:`).toString('base64')}`),
  ...WORKER_OPTIONS,
});
const running = worker.run();
tellReady({}, async () => {
  worker.shutdown();
  await running;
  await connection.close();
});
