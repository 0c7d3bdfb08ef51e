import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 50;
const WITHIN_MS = 40_000;

/** Waits until it is so, and gives the value that was. Vitest's own `expect.poll` cannot be used by tests that run side by side. */
export async function until<T>(
  read: () => Promise<T> | T,
  isSo: (value: T) => boolean,
  describe: () => string = () => String(isSo),
  withinMs = WITHIN_MS,
): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await sleep(ASK_EVERY_MS)) {
    const value = await read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`expected ${describe()}, the last was ${JSON.stringify(value)}`);
  }
}
