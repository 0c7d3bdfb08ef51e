import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepLastLines } from '../../src/dev/last-lines.js';
import type { Guard } from './guard.js';

/** `payouts worker` in a process of its own. */
export interface WorkerProcess {
  /** True once it serves its queues. */
  readonly isServing: () => boolean;
  readonly ended: Promise<WorkerEnd>;
  signal(name: NodeJS.Signals): void;
}

export interface WorkerEnd {
  readonly how: string;
  readonly lastLines: readonly string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export function startWorkerProcess(env: Readonly<Record<string, string>>, guard: Guard): WorkerProcess {
  const child = spawn(process.execPath, [...programArguments(), 'worker', '--json'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    // Ctrl-C reaches it through us only.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isServing = false;
  const lastLines = keepLastLines(child, (line) => {
    if (line.includes('"running"')) isServing = true;
  });
  const { pid } = child;
  if (pid !== undefined) guard.watch(pid);
  const ended = new Promise<WorkerEnd>((resolve) => {
    const end = (how: string) => {
      if (pid !== undefined) guard.forget(pid);
      resolve({ how, lastLines });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  return { isServing: () => isServing, ended, signal: (name) => void child.kill(name) };
}

/** The build, where it is of today's sources: it starts in a third of the time. */
function programArguments(): readonly string[] {
  return isBuilt() ? [join(ROOT, 'dist/src/cli/main.js')] : ['--import', 'tsx', join(ROOT, 'src/cli/main.ts')];
}

export function isBuilt(): boolean {
  const bundle = join(ROOT, 'dist/workflow-bundle.js');
  if (!existsSync(bundle)) return false;
  const builtAtMs = statSync(bundle).mtimeMs;
  return ['src', 'activities', 'workflows'].every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).every(
      (entry) => !entry.isFile() || statSync(join(entry.parentPath, entry.name)).mtimeMs <= builtAtMs,
    ),
  );
}
