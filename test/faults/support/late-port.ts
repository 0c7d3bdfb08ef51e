import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** A port whose server accepts late: a connection to it is neither refused nor made. */
export interface LatePort {
  readonly baseUrl: string;
  /** Whether a connection is really not made, after so long. */
  isSlow(waitMs: number): Promise<boolean>;
  /** The server accepts from now on, and passes everything on to the provider. */
  accept(): void;
  stop(): Promise<void>;
}

/** In a thread of its own, which stands still: nothing but the kernel answers for its port, and that queue is short. */
const SERVER = `
  const net = require('node:net');
  const { parentPort, workerData: { port, hostname, flag } } = require('node:worker_threads');
  const server = net.createServer((client) => {
    const provider = net.connect(port, hostname);
    const close = () => { client.destroy(); provider.destroy(); };
    client.on('error', close).on('close', close).pipe(provider);
    provider.on('error', close).on('close', close).pipe(client);
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(flag), 0, 0));
  });
`;
const FILLERS = 8;

export async function startLatePort(target: string): Promise<LatePort> {
  const { hostname, port, pathname } = new URL(target);
  const flag = new SharedArrayBuffer(4);
  const thread = new Worker(SERVER, { eval: true, workerData: { port: Number(port), hostname, flag } });
  const [own] = (await once(thread, 'message')) as [number];
  const connect = (): net.Socket => net.connect(own, '127.0.0.1').on('error', () => undefined);
  // Those who come first fill the kernel's queue.
  const fillers = Array.from({ length: FILLERS }, connect);
  await sleep(100);
  const accept = (): void => {
    for (const filler of fillers) filler.destroy();
    Atomics.store(new Int32Array(flag), 0, 1);
    Atomics.notify(new Int32Array(flag), 0);
  };

  return {
    baseUrl: `http://127.0.0.1:${own}${pathname === '/' ? '' : pathname}`,
    async isSlow(waitMs) {
      const socket = connect();
      await sleep(waitMs);
      const isMade = !socket.connecting && !socket.destroyed;
      socket.destroy();
      return !isMade;
    },
    accept,
    async stop() {
      accept();
      await thread.terminate();
    },
  };
}
