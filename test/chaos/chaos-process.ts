import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, markProcess, type ProcessMark } from '../../src/dev/process-mark.js';
import type { ChaosReport } from './report.js';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const LOOK_EVERY_MS = 200;

/** `npm run chaos` as a process of its own, with everything that it starts noted. */
export interface ChaosProcess {
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Waits until it has told so on stderr. */
  untilTold(pattern: RegExp): Promise<void>;
  told(): string;
  report(): ChaosReport;
  /** What it has started and what still runs, servers and workers alike. */
  descendants(): { readonly seen: number; readonly alive: readonly number[] };
}

export function startChaos(...args: readonly string[]): ChaosProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const marks = new Map<number, ProcessMark>();
  const looking = setInterval(() => {
    for (const pid of descendantsOf(child.pid as number)) {
      const mark = markProcess(pid);
      if (mark && !marks.has(pid)) marks.set(pid, mark);
    }
  }, LOOK_EVERY_MS);
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      hasEnded = true;
      clearInterval(looking);
      resolve(code);
    });
  });
  return {
    ended,
    signal: (name) => void child.kill(name),
    async untilTold(pattern) {
      while (!pattern.test(stderr)) {
        if (hasEnded) throw new Error(`it ended before it told ${pattern}: ${stderr}`);
        await sleep(50);
      }
    },
    told: () => stderr,
    report: () => JSON.parse(stdout) as ChaosReport,
    descendants: () => ({
      seen: marks.size,
      alive: [...marks.values()].filter((mark) => !isGone(mark)).map(({ pid }) => pid),
    }),
  };
}

/** By /proc: on Linux only. */
function descendantsOf(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const parent = parentOf(pid);
      return parent === undefined ? [] : [[Number(pid), parent] as const];
    });
  const found = new Set([root]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}
