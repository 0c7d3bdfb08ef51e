import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { BatchRow } from '../src/batch/engine.js';
import { createBatches } from '../src/client/batches.js';
import { startStack } from '../src/dev/stack.js';
import { openLedger } from '../src/ledger/ledger.js';
import { manifestSandbox } from '../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../src/providers/prolific/sandbox.js';
import { respondentSandbox } from '../src/providers/respondent/sandbox.js';
import { compareWithLedger } from '../src/sandbox/agreement.js';
import { startSandbox } from '../src/sandbox/sandbox.js';
import { createWorker } from '../src/worker/create-worker.js';
import { createFloorActivities } from './floor-activity.js';
import { manifest, mixed, prolific, respondent } from './rows.js';

/**
 * Batches against the floor, side by side in one run: same server, same sandbox, same worker options. The rounds alternate. A batch counts
 * from the first message of its client to the last row's end.
 */
const ROWS = Number(process.env['BENCH_ROWS'] ?? 2_000);
const FLOOR = Number(process.env['BENCH_PAYOUTS'] ?? 300);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 2);
const IN_FLIGHT = 100;
const PATH = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

Runtime.install({ telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
const say = (line: string) => process.stderr.write(`${line}\n`);
const stack = await startStack({ log: say, persistDir: process.env['BENCH_DATA'] });
const sandbox = await startSandbox({
  providers: [
    manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 }),
    prolificSandbox({ visibleAfterMs: 0 }),
    respondentSandbox(),
  ],
});
const env = {
  ...sandbox.env,
  TEMPORAL_ADDRESS: stack.temporal.address,
  PAYOUTS_DATABASE_URL: stack.databaseUrl,
  PAYOUTS_TASK_QUEUE: 'bench',
  PAYOUTS_POLL_MS: '500',
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
const batches = createBatches({ client, taskQueue: 'bench', db: ledger.db });

interface Measured {
  readonly perSecond: number;
  readonly cpuMs: number;
}

async function timed(count: number, run: () => Promise<void>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const used = process.cpuUsage(cpu);
  return {
    perSecond: count / ((performance.now() - startedAt) / 1_000),
    cpuMs: (used.user + used.system) / 1_000 / count,
  };
}

async function floor(name: string): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < FLOOR; index = next++)
      await client.workflow.execute('floor', {
        workflowId: `floor/${name}-${index}`,
        taskQueue: 'floor',
        args: [1500],
      });
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

async function batch(id: string, make: (id: string, n: number) => BatchRow, rows = ROWS): Promise<void> {
  const all = Array.from({ length: rows }, (_, n) => make(id, n));
  await batches.start(id, { columns: Object.keys(all[0]?.input ?? {}), rows: all });
  for (;;) {
    const progress = await batches.progress(id);
    if (progress?.ended) {
      if (progress.byStatus.sent !== rows) throw new Error(`${id}: ${JSON.stringify(progress)}`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const rounds = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const one = {
    floor: await timed(FLOOR, () => floor(`${round}`)),
    manifest: await timed(ROWS, () => batch(`manifest-${round}`, manifest)),
    mixed: await timed(ROWS, () => batch(`mixed-${round}`, mixed)),
    ...(process.env['BENCH_EACH']
      ? {
          prolific: await timed(ROWS, () => batch(`prolific-${round}`, prolific)),
          respondent: await timed(ROWS, () => batch(`respondent-${round}`, respondent)),
        }
      : {}),
  };
  const line = Object.entries(one).map(
    ([name, { perSecond, cpuMs }]) => `${name} ${perSecond.toFixed(0)}/s ${cpuMs.toFixed(2)} ms`,
  );
  say(`round ${round}${round === 0 ? ' (warm-up)' : ''}: ${line.join(', ')}`);
  if (round > 0) rounds.push(one);
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const agreement = await compareWithLedger(
  ledger.db,
  sandbox.journal().filter(({ key }) => !key.includes('untagged')),
);
const result = {
  measuredAt: new Date().toISOString(),
  rows: ROWS,
  rounds: ROUNDS,
  floorPerSecond: median(rounds.map((one) => one.floor.perSecond)),
  manifestPerSecond: median(rounds.map((one) => one.manifest.perSecond)),
  mixedPerSecond: median(rounds.map((one) => one.mixed.perSecond)),
  manifestRatio: median(rounds.map((one) => one.manifest.perSecond / one.floor.perSecond)),
  mixedRatio: median(rounds.map((one) => one.mixed.perSecond / one.floor.perSecond)),
  cpuMs: {
    floor: median(rounds.map((one) => one.floor.cpuMs)),
    manifest: median(rounds.map((one) => one.manifest.cpuMs)),
    mixed: median(rounds.map((one) => one.mixed.cpuMs)),
  },
  journalAgreesWithLedger: agreement.agrees,
};
await mkdir(PATH('./results'), { recursive: true });
await writeFile(PATH('./results/batch.json'), `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
payoutsWorker.shutdown();
floorWorker.shutdown();
await Promise.all(running);
await client.connection.close();
await connection.close();
await ledger.close();
await sandbox.stop();
await stack.stop();
