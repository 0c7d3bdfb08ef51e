import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A wire between two programs that a test may interrupt: nothing that passes is read or changed. */
export interface TcpProxy {
  readonly address: string;
  /** Lets nothing through any more, in neither direction, and keeps what comes. */
  pause(): void;
  resume(): void;
  /** How many bytes it has kept from passing since it was paused. */
  keptBytes(): number;
  stop(): Promise<void>;
}

/** Listens on a free port and passes everything on to `port` of this machine. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const kept: (() => void)[] = [];
  let isPaused = false;
  let keptBytes = 0;

  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (data: Buffer) => {
      if (!isPaused) return void to.write(data);
      keptBytes += data.length;
      kept.push(() => void to.write(data));
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false;
      for (const deliver of kept.splice(0)) deliver();
    },
    keptBytes: () => keptBytes,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
