import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, Runtime } from '@temporalio/worker';
import { startStack } from '../src/dev/stack.js';
import { openLedger } from '../src/ledger/ledger.js';
import { manifestSandbox } from '../src/providers/manifest/sandbox.js';
import { startSandbox } from '../src/sandbox/sandbox.js';
import { compareWithLedger } from '../src/sandbox/agreement.js';
import { PayoutsClient } from '../src/client/payouts-client.js';
import { createWorker } from '../src/worker/create-worker.js';
import { createFloorActivities } from './floor-activity.js';

/**
 * Immediate Manifest payouts through the whole path, against the floor, side by side in one run: same server, same sandbox,
 * same worker options, same concurrency. The rounds alternate, so that a noisy machine hits both alike.
 */
const IN_FLIGHT = 100;
const PER_ROUND = Number(process.env['BENCH_PAYOUTS'] ?? 400);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4);
const PATH = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

Runtime.install({ telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
const say = (line: string) => process.stderr.write(`${line}\n`);
const stack = await startStack({ log: say, persistDir: process.env['BENCH_DATA'] });
const sandbox = await startSandbox({
  providers: [manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 })],
});
const env = {
  ...sandbox.env,
  TEMPORAL_ADDRESS: stack.temporal.address,
  PAYOUTS_DATABASE_URL: stack.databaseUrl,
  PAYOUTS_TASK_QUEUE: 'bench',
};
const ledger = openLedger({ url: stack.databaseUrl, maxConnections: 20 });
await ledger.migrate();
const connection = await NativeConnection.connect({ address: stack.temporal.address });
const options = {
  maxConcurrentActivityTaskExecutions: 100,
  maxConcurrentWorkflowTaskExecutions: 100,
  maxCachedWorkflows: 1000,
};
const payoutsWorker = await createWorker({ env, ledger, connection, workerOptions: options });
const authorization = `Basic ${Buffer.from(`${sandbox.env['MANIFEST_API_KEY'] ?? ''}:`).toString('base64')}`;
const floorWorker = await Worker.create({
  connection,
  taskQueue: 'floor',
  workflowBundle: await bundleWorkflowCode({ workflowsPath: PATH('./floor-workflow.ts') }),
  activities: createFloorActivities(sandbox.baseUrl('manifest'), authorization),
  ...options,
});
const running = [payoutsWorker.run(), floorWorker.run()];
const client = new Client({ connection: await Connection.connect({ address: stack.temporal.address }) });
const payouts = new PayoutsClient({ client, taskQueue: 'bench' });

const floor = (id: string) =>
  client.workflow.execute('floor', { workflowId: `floor/${id}`, taskQueue: 'floor', args: [1500] });
const payout = async (id: string) => {
  const request = {
    reference: `bench/${id}`,
    provider: 'manifest',
    accountConnection: 'acon_bench',
    amountMinor: 1500,
    currency: 'USD',
  };
  const { status, evidence } = await (await payouts.start(request)).result();
  if (status !== 'sent') throw new Error(`bench/${id} is ${status}: ${evidence}`);
};

/** Per second, with a fixed number in flight. */
async function measure(
  run: (id: string) => Promise<unknown>,
  name: string,
): Promise<{ perSecond: number; workerCpuMs: number }> {
  let next = 0;
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const lane = async () => {
    for (let index = next++; index < PER_ROUND; index = next++) await run(`${name}-${index}`);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const used = process.cpuUsage(cpu);
  return {
    perSecond: PER_ROUND / ((performance.now() - startedAt) / 1000),
    workerCpuMs: (used.user + used.system) / 1000 / PER_ROUND,
  };
}

const rounds = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const one = { floor: await measure(floor, `${round}`), payouts: await measure(payout, `${round}`) };
  say(
    `round ${round}${round === 0 ? ' (warm-up)' : ''}: floor ${one.floor.perSecond.toFixed(1)}/s ${one.floor.workerCpuMs.toFixed(1)} ms, payouts ${one.payouts.perSecond.toFixed(1)}/s ${one.payouts.workerCpuMs.toFixed(1)} ms`,
  );
  if (round > 0) rounds.push(one);
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const events = async (id: string) => (await client.workflow.getHandle(id).describe()).historyLength;
const agreement = await compareWithLedger(
  ledger.db,
  sandbox.journal().filter(({ key }) => !key.includes('untagged')),
);
const result = {
  measuredAt: new Date().toISOString(),
  payoutsPerRound: PER_ROUND,
  rounds: ROUNDS,
  inFlight: IN_FLIGHT,
  floorPerSecond: median(rounds.map(({ floor: { perSecond } }) => perSecond)),
  payoutsPerSecond: median(rounds.map(({ payouts: { perSecond } }) => perSecond)),
  ratio: median(rounds.map((one) => one.payouts.perSecond / one.floor.perSecond)),
  floorEvents: await events('floor/1-0'),
  payoutEvents: await events('payout/bench/1-0'),
  journalAgreesWithLedger: agreement.agrees,
};
await mkdir(PATH('./results'), { recursive: true });
await writeFile(PATH('./results/throughput.json'), `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
payoutsWorker.shutdown();
floorWorker.shutdown();
await Promise.all(running);
await client.connection.close();
await connection.close();
await ledger.close();
await sandbox.stop();
await stack.stop();
