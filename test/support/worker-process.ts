import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WorkerProcess {
  /** Everything that it has printed so far. */
  output(): string;
  /** At once and without a word, as an out-of-memory killer does it. */
  kill(): Promise<void>;
}

const repository = fileURLToPath(new URL('../../', import.meta.url));
const STARTS_WITHIN_MS = 60_000;

/** Runs `payouts worker` in a process of its own, which a test may kill. Returns when it serves its queues. */
export async function startWorkerProcess(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const args = ['--import', import.meta.resolve('tsx'), 'src/cli/main.ts', 'worker', '--json'];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer) => void (output += data.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async (): Promise<void> => {
    if (hasEnded()) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  for (const deadline = Date.now() + STARTS_WITHIN_MS; !output.includes('"running"'); await sleep(50)) {
    if (hasEnded()) throw new Error(`the worker ended: ${output}`);
    if (Date.now() > deadline) {
      await kill();
      throw new Error(`the worker does not run after ${STARTS_WITHIN_MS / 1000} s: ${output}`);
    }
  }
  return { output: () => output, kill };
}
