import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnedFolder } from './owned-folder.js';
import type { Log } from './progress.js';
import type { RunUser } from './run-user.js';
import { ServerStartError } from './server-start-error.js';

export interface ServerProcessOptions {
  /** How people call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user?: RunUser | undefined;
  /** Where it is written down that this process is ours. */
  readonly folder: OwnedFolder;
  readonly log: Log;
}

export interface ServerProcess {
  readonly pid: number;
  /** Settles when it has ended, however it did. */
  readonly ended: Promise<void>;
  isRunning(): boolean;
  /** Waits until it answers. @throws ServerStartError */
  untilReady(answers: () => Promise<boolean>, withinMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Asks with the given signal, waits, and forces it where that does not help. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

const LINES_KEPT = 20;
const ASK_EVERY_MS = 25;
const MAY_STOP_FOR_MS = 10_000;
const CHILDREN_MAY_STAY_MS = 5_000;

/** Asked to stop when this process leaves without having stopped them; after a kill -9 the next sweep does it. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGINT')));

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, args, cwd, env, user, folder, log } = options;
  // A process group of its own: Ctrl-C must reach it through us, after the workers that still need it have ended.
  const child = spawn(command, args, { cwd, env, ...user, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) folder.noteChild(child.pid);
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
    });
  }
  await once(child, 'spawn').catch((error: Error) => {
    throw new ServerStartError(name, error.message, []);
  });

  let isExpectedToRun = false;
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const howItEnded = () => (child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode);
  running.add(child);
  // Only after `close` have its last lines been read; its own children may put that off.
  const closed = once(child, 'close');
  const ended = once(child, 'exit').then(async () => {
    await Promise.race([closed, sleep(CHILDREN_MAY_STAY_MS, undefined, { ref: false })]);
    running.delete(child);
    if (isExpectedToRun) log([`${name} ended by itself (${howItEnded()}):`, ...lastLines].join('\n  '));
  });

  const kill = (signal: NodeJS.Signals) => {
    isExpectedToRun = false;
    child.kill(signal);
  };

  return {
    pid: child.pid!,
    ended,
    isRunning,
    kill,

    async untilReady(answers, withinMs) {
      const deadline = Date.now() + withinMs;
      const tooLate = sleep(withinMs, false, { ref: false });
      const gone = ended.then(() => false);
      while (!(await Promise.race([answers().catch(() => false), tooLate, gone]))) {
        if (!isRunning()) throw new ServerStartError(name, `it ended with ${howItEnded()}`, lastLines);
        if (Date.now() >= deadline) {
          throw new ServerStartError(name, `it does not answer after ${withinMs / 1000} s`, lastLines);
        }
        await sleep(ASK_EVERY_MS);
      }
      isExpectedToRun = true;
    },

    async stop(signal) {
      kill(signal);
      // Tests freeze servers; a frozen one would not hear the request.
      kill('SIGCONT');
      const force = setTimeout(() => kill('SIGKILL'), MAY_STOP_FOR_MS);
      await ended;
      clearTimeout(force);
    },
  };
}
