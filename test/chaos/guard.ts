import { spawn } from 'node:child_process';

/** Ends what this process started, however this process ends: also after a kill -9 of it. */
export interface Guard {
  watch(pid: number): void;
  forget(pid: number): void;
  stop(): Promise<void>;
}

export function startGuard(): Guard {
  // A process of its own, which Ctrl-C does not reach. It hears of our end by the end of its input.
  const child = spawn(process.execPath, ['-e', PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    watch: (pid) => void child.stdin.write(`+${pid}\n`),
    forget: (pid) => void child.stdin.write(`-${pid}\n`),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

const PROGRAM = `
const pids = new Set();
require('node:readline').createInterface({ input: process.stdin })
  .on('line', (line) => (line[0] === '+' ? pids.add(Number(line.slice(1))) : pids.delete(Number(line.slice(1)))))
  .on('close', () => { for (const pid of pids) try { process.kill(pid, 'SIGKILL'); } catch {} });
`;
