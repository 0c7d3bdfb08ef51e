import { spawn } from 'node:child_process';
import { keepLastLines } from './last-lines.js';

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

/** Runs a program to its end and hands over what it prints, line by line. A program that cannot be started has code null. */
export function runTool(command: string, args: readonly string[], options: ToolRun): Promise<ToolResult> {
  // A process group of its own, so that a compiler's children end with it and Ctrl-C reaches them through us only.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines = keepLastLines(child, options.onLine);
  const end = () => killGroup(child.pid);
  if (options.signal.aborted) end();
  options.signal.addEventListener('abort', end, { once: true });
  return new Promise((resolve) => {
    const finish = (code: number | null, lines: readonly string[]) => {
      options.signal.removeEventListener('abort', end);
      resolve({ code, lastLines: lines });
    };
    child.on('error', (error) => finish(null, [error.message]));
    child.on('close', (code) => finish(code, lastLines));
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
