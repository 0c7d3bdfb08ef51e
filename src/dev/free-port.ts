import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Below the range from which systems take ports for outgoing connections. A port of that range can be taken while a killed
 * server is away, even by the client that calls it in vain: then the server never comes back on its port.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const TRIES = 100;

export async function findFreePort(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST} on 127.0.0.1`);
}

/**
 * A server killed a moment ago may still hold its port. Also the guard against a false start: where somebody else's server
 * has the port, asking "does it answer?" would be answered by that one.
 */
export async function waitForFreePort(port: number, withinMs = 5_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await isFree(port)); await sleep(50)) {
    if (Date.now() > deadline) throw new Error(`port ${port} on 127.0.0.1 is in use by another program`);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
