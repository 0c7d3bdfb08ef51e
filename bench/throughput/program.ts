import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of the bench in a process of its own, so that what it takes is its own. */
export interface Program<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  /** Lets it end what it is at. */
  stop(): Promise<void>;
}

/** Settles when it says that it is ready. Throws where it ends before. */
export async function startProgram<Ready = unknown>(
  file: string,
  {
    env = {},
    nodeOptions = [],
  }: { readonly env?: Readonly<Record<string, string>>; readonly nodeOptions?: readonly string[] },
): Promise<Program<Ready>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    execArgv: [...nodeOptions],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [ready] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code, signal]) => {
      throw new Error(`${file} ended (${signal ?? `exit code ${code}`})`);
    }),
  ])) as [Ready];
  return {
    pid: child.pid as number,
    ready,
    async stop() {
      if (child.connected) child.send('stop');
      await exited;
    },
  };
}

/** The other side of it. A program whose parent is gone ends. */
export function tellReady(ready: unknown, stop: () => Promise<unknown>): void {
  process.once('message', () => void stop().then(() => process.exit(0)));
  process.once('disconnect', () => process.exit(1));
  // Ctrl-C is for the parent, which ends this in order.
  process.on('SIGINT', () => undefined);
  process.send?.(ready);
}
