// Runs the worker of the nightly batch, and creates its Temporal Schedule where there is none. The payouts themselves are
// carried by `payouts worker`, which runs elsewhere.
import { fileURLToPath } from 'node:url';
import { Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities.js';

const taskQueue = 'nightly';
const scheduleId = 'nightly-payouts';
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
const worker = await Worker.create({
  connection,
  taskQueue,
  activities,
  workflowsPath: fileURLToPath(new URL('workflows.js', import.meta.url)),
});

await new Client({ connection }).schedule
  .create({
    scheduleId,
    spec: { calendars: [{ hour: 2 }], timezone: 'UTC' },
    // A night that was missed is paid when the server is back; two nights do not run at once.
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '1 day' },
    action: { type: 'startWorkflow', workflowType: 'nightlyPayouts', workflowId: scheduleId, taskQueue },
  })
  .catch((error: unknown) => {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  });
console.log(`the worker of ${scheduleId} runs`);
await worker.run();
await connection.close();
