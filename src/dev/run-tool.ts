import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ToolRun {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Ends the tool and everything it started. */
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface ToolResult {
  readonly code: number | null;
  readonly lastLines: readonly string[];
}

const LINES_KEPT = 12;

/** Runs a program to its end and hands over what it prints, line by line. A program that cannot be started has code null. */
export function runTool(command: string, args: readonly string[], options: ToolRun): Promise<ToolResult> {
  // A process group of its own, so that a compiler's children end with it and Ctrl-C reaches them through us only.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      options.onLine?.(line);
    });
  }
  const end = () => killGroup(child.pid);
  if (options.signal.aborted) end();
  options.signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve) => {
    const finish = (code: number | null) => {
      options.signal.removeEventListener('abort', end);
      resolve({ code, lastLines });
    };
    child.on('error', (error) => {
      lastLines.push(error.message);
      finish(null);
    });
    child.on('close', finish);
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
