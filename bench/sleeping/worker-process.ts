import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../../test/chaos/worker-process.js';
import { readCpuMs, readRssMb } from '../process-use.js';

/** `payouts worker` of the build, in a process of its own, so that what it takes is the worker's alone. */
export interface WorkerProcess {
  use(): ProcessUse;
  stop(): Promise<void>;
}

export interface ProcessUse {
  /** Resident memory, megabytes. */
  readonly rssMb: number;
  /** Processor time so far, milliseconds. */
  readonly cpuMs: number;
}

const PROGRAM = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const STARTS_WITHIN_MS = 60_000;

export async function startWorkerProcess(env: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  if (!isBuilt()) throw new Error('the build is missing, or older than its sources: npm run build');
  const child = spawn(process.execPath, [PROGRAM, 'worker', '--json'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (data: Buffer) => void (output = (output + data.toString()).slice(-5_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  process.once('exit', () => void child.kill('SIGKILL'));
  for (const deadline = Date.now() + STARTS_WITHIN_MS; !output.includes('"running"'); await sleep(50)) {
    if (hasEnded()) throw new Error(`the worker ended: ${output}`);
    if (Date.now() > deadline) throw new Error(`the worker does not run: ${output}`);
  }
  return {
    use: () => {
      if (hasEnded()) throw new Error(`a worker ended by itself: ${output}`);
      const pid = child.pid as number;
      return { rssMb: readRssMb(pid), cpuMs: readCpuMs(pid) };
    },
    stop,
  };
}
