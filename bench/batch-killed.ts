import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { createBatches } from '../src/client/batches.js';
import { startStack } from '../src/dev/stack.js';
import { openLedger } from '../src/ledger/ledger.js';
import { manifestSandbox } from '../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../src/providers/prolific/sandbox.js';
import { respondentSandbox } from '../src/providers/respondent/sandbox.js';
import { compareWithLedger } from '../src/sandbox/agreement.js';
import { startSandbox } from '../src/sandbox/sandbox.js';
import { readRssMb } from './process-use.js';
import { mixed } from './rows.js';

/**
 * A file of thousands through a worker that is killed (SIGKILL) on the way, then the same file again: each row once, journal against
 * file. Also how much memory the worker needs for a small file and for a large one.
 */
const ROWS = Number(process.env['BENCH_ROWS'] ?? 10_000);
const SMALL = Math.ceil(ROWS / 10);
const KILLS = Number(process.env['BENCH_KILLS'] ?? 3);
const PATH = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const say = (line: string) => process.stderr.write(`${line}\n`);

const stack = await startStack({ log: say, persistDir: process.env['BENCH_DATA'] });
const sandbox = await startSandbox({
  providers: [
    manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 }),
    prolificSandbox({ visibleAfterMs: 0 }),
    respondentSandbox(),
  ],
});
const env: Record<string, string> = {
  ...sandbox.env,
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  TEMPORAL_ADDRESS: stack.temporal.address,
  PAYOUTS_DATABASE_URL: stack.databaseUrl,
  PAYOUTS_TASK_QUEUE: 'bench',
  PAYOUTS_POLL_MS: '1000',
  PAYOUTS_SETTLE_MS: '5000',
};
const ledger = openLedger({ url: stack.databaseUrl });
await ledger.migrate();
const client = new Client({ connection: await Connection.connect({ address: stack.temporal.address }) });
const batches = createBatches({ client, taskQueue: 'bench', db: ledger.db });

async function startWorker() {
  const args = ['--import', 'tsx', PATH('../src/cli/main.ts'), 'worker', '--json'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  const exited = once(child, 'exit');
  return { kill: async () => (child.kill('SIGKILL'), exited), rssMb: () => readRssMb(child.pid as number) };
}
type Running = Awaited<ReturnType<typeof startWorker>>;

async function pay(id: string, rows: number, onProgress: (ended: number) => Promise<void>) {
  const all = Array.from({ length: rows }, (_, n) => mixed(id, n));
  const startedAt = performance.now();
  await batches.start(id, { columns: Object.keys(all[0]?.input ?? {}), rows: all });
  for (let saidAt = 0; ; await sleep(200)) {
    const progress = await batches.progress(id);
    const { sent = 0, in_doubt: doubt = 0 } = progress?.byStatus ?? {};
    const atPerson = progress?.byWait.person ?? 0;
    await onProgress(sent + doubt);
    if (Date.now() - saidAt > 5_000) {
      say(`${id}: ${JSON.stringify(progress)}`);
      saidAt = Date.now();
    }
    if (progress?.ended || (sent + atPerson === rows && atPerson > 0))
      return { seconds: (performance.now() - startedAt) / 1_000, progress };
  }
}

let worker: Running = await startWorker();
const mostMb = { small: 0, large: 0 };
const small = await pay('small', SMALL, async () => void (mostMb.small = Math.max(mostMb.small, worker.rssMb())));
await worker.kill();
worker = await startWorker();
const large = await pay('large', ROWS, async () => void (mostMb.large = Math.max(mostMb.large, worker.rssMb())));
await worker.kill();
worker = await startWorker();

let kills = 0;
const killed = await pay('killed', ROWS, async (ended) => {
  if (kills >= KILLS || ended < ((kills + 1) * ROWS) / (KILLS + 1)) return;
  kills += 1;
  say(`kill ${kills} at ${ended} rows`);
  await worker.kill();
  worker = await startWorker();
});
const paidBefore = sandbox.journal().length;
await pay('killed', ROWS, async () => undefined);
const agreement = await compareWithLedger(ledger.db, sandbox.journal());
const verdicts: Record<string, number> = {};
for (const { verdict } of agreement.rows) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
const calls = sandbox
  .requests()
  .reduce<Record<string, number>>((counts, { route }) => ({ ...counts, [route]: (counts[route] ?? 0) + 1 }), {});
const result = {
  measuredAt: new Date().toISOString(),
  rows: ROWS,
  small: { rows: SMALL, ...small, workerMostMb: mostMb.small },
  large: { rows: ROWS, ...large, workerMostMb: mostMb.large },
  killed: { kills, ...killed, paidByTheSameFileAgain: sandbox.journal().length - paidBefore },
  latestRequests: calls,
  verdicts,
  journalAgreesWithLedger: agreement.agrees,
};
await mkdir(PATH('./results'), { recursive: true });
await writeFile(PATH('./results/batch-killed.json'), `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
await worker.kill();
await client.connection.close();
await ledger.close();
await sandbox.stop();
await stack.stop();
