// One process, workers of your own: your workflows and payouts' on one task queue, and a queue for each account.
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import {
  createActivities,
  createCarriers,
  expectPinned,
  openLedger,
  queueLimits,
  readDataConverter,
  readServedAccounts,
  readWorkerDataConverter,
  systemClock,
} from 'temporal-payouts/worker';

const env = process.env;
const taskQueue = env['PAYOUTS_TASK_QUEUE'] ?? 'payouts';
const connection = await NativeConnection.connect({ address: env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
const ledger = openLedger({ url: env['PAYOUTS_DATABASE_URL'] ?? '' });
const client = new Client({ connection, dataConverter: readDataConverter(env) });
const dataConverter = readWorkerDataConverter(env);
// A task queue belongs to one ledger: a worker on another one would pay once more.
const standing = await ledger.expectCurrent();
await expectPinned(client, taskQueue, standing.ledgerId);

const accounts = readServedAccounts(env, ledger);
const carriers = createCarriers(client, taskQueue);
const deps = { ledger, standing, accounts, carriers, worker: `own/${process.pid}`, clock: systemClock };
const activities = createActivities(deps);
const workers = [
  await Worker.create({
    connection,
    dataConverter,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('workflows.js', import.meta.url)),
    // Your own go in beside them: { ...activities, ...yours }.
    activities,
  }),
];
for (const served of accounts)
  workers.push(
    await Worker.create({
      connection,
      dataConverter,
      taskQueue: `${taskQueue}/${served.provider.name}/${served.name}`,
      activities,
      ...queueLimits(served),
    }),
  );
console.log('the workers run');
await Promise.all(workers.map((worker) => worker.run()));
await ledger.close();
await connection.close();
