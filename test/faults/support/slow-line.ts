import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line to a provider, real sockets and all, which a test may disturb. */
export interface SlowLine {
  /** The base URL by which the provider is reached through it. */
  readonly baseUrl: string;
  /** Keeps what clients send from now on. It is passed on when it is released, also where its client has given up. */
  hold(): void;
  /** The same, for requests that begin like this and for nothing else. */
  holdFrom(begin: RegExp): void;
  release(): void;
  /** Takes what is kept out of the line, to be sent later than all that comes now. */
  take(): () => void;
  /** From now on a reply comes byte by byte, with a pause after each: head and all. */
  drip(pauseMs: number): void;
  stop(): Promise<void>;
}

export async function startSlowLine(target: string): Promise<SlowLine> {
  const { hostname, port, pathname } = new URL(target);
  const sockets = new Set<net.Socket>();
  const waiting: (() => void)[] = [];
  let isHeld: (begin: string) => boolean = () => false;
  let dripMs = 0;

  const keep = (socket: net.Socket): net.Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = net.createServer((client) => {
    keep(client);
    const provider = keep(net.connect(Number(port), hostname));
    // A client that gives up closes its own side alone: what it had sent is on its way.
    client.on('data', (data) => {
      const send = () => void provider.write(data);
      if (isHeld(data.toString('latin1'))) waiting.push(send);
      else send();
    });
    provider.on('data', (data) => void pass(data, client));
    provider.on('close', () => client.destroy());
  });
  const pass = async (data: Buffer, client: net.Socket): Promise<void> => {
    if (dripMs === 0) return void client.write(data);
    for (const byte of data) {
      if (client.destroyed) return;
      client.write(Buffer.of(byte));
      await sleep(dripMs);
    }
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address() as net.AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${address.port}${pathname === '/' ? '' : pathname}`,
    hold: () => void (isHeld = () => true),
    holdFrom: (begin) => void (isHeld = (data) => begin.test(data)),
    release() {
      isHeld = () => false;
      sendAll(waiting.splice(0));
    },
    take() {
      const taken = waiting.splice(0);
      return () => sendAll(taken);
    },
    drip: (pauseMs) => void (dripMs = pauseMs),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function sendAll(kept: readonly (() => void)[]): void {
  for (const send of kept) send();
}
