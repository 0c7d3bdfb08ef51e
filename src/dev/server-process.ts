import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepLastLines } from './last-lines.js';
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
  /** Waits until it answers. @throws ServerStartError */
  untilReady(answers: () => Promise<boolean>, withinMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Asks with the given signal, waits, and forces it where that does not help. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

const ASK_EVERY_MS = 25;
const MAY_STOP_FOR_MS = 10_000;
const CHILDREN_MAY_STAY_MS = 1_000;

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { name, command, args, cwd, env, user, folder, log } = options;
  // A process group of its own: Ctrl-C must reach it through us, after the workers that still need it have ended.
  const child = spawn(command, args, { cwd, env, ...user, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) folder.noteChild(child.pid);
  const lastLines = keepLastLines(child);
  await once(child, 'spawn').catch((error: Error) => {
    throw new ServerStartError(name, error.message, []);
  });

  let isExpectedToRun = false;
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const howItEnded = () => child.signalCode ?? `exit code ${child.exitCode}`;
  const ended = waitForEnd(child).then(() => {
    return isExpectedToRun ? log([`${name} ended by itself (${howItEnded()}):`, ...lastLines].join('\n  ')) : undefined;
  });
  const kill = (signal: NodeJS.Signals) => {
    isExpectedToRun = false;
    child.kill(signal);
  };

  return {
    pid: child.pid!,
    ended,
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

/** Also until its last lines are read; but not for ever, for its own children may keep the pipes open. */
async function waitForEnd(child: ChildProcess): Promise<void> {
  running.add(child);
  const closed = once(child, 'close');
  await once(child, 'exit');
  running.delete(child);
  await Promise.race([closed, sleep(CHILDREN_MAY_STAY_MS, undefined, { ref: false })]);
}

/** Asked to stop when this process leaves without having stopped them; after a kill -9 the next sweep does it. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGINT')));
