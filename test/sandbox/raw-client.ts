import net from 'node:net';

/** What a client with no manners of its own sees of one request. */
export interface RawReply {
  readonly status: number | undefined;
  readonly body: string;
  /** `whole`: the reply ended as announced. `broken`: the connection ended first. `silent`: nothing more came in time. */
  readonly end: 'whole' | 'broken' | 'silent' | 'refused';
  readonly tookMs: number;
}

/** Sends one request over a plain socket, so that the test sees what really is on the wire. */
export function sendRaw(
  url: string,
  { method = 'GET', headers = {}, body = '', waitMs = 2000 }: RawOptions = {},
): Promise<RawReply> {
  const { hostname, port, pathname, search } = new URL(url);
  const begunAt = Date.now();
  return new Promise((resolve) => {
    let received = '';
    const socket = net.connect(Number(port), hostname);
    const finish = (end: RawReply['end']) => {
      socket.destroy();
      const [head = '', ...rest] = received.split('\r\n\r\n');
      const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
      resolve({
        status: status ? Number(status) : undefined,
        body: rest.join('\r\n\r\n'),
        end,
        tookMs: Date.now() - begunAt,
      });
    };
    socket.setTimeout(waitMs, () => finish('silent'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED' ? 'refused' : 'broken'));
    socket.on('end', () => finish(isWhole(received) ? 'whole' : 'broken'));
    socket.on('data', (bytes) => {
      received += bytes.toString();
      if (isWhole(received)) finish('whole');
    });
    const lines = Object.entries({
      Host: `${hostname}:${port}`,
      'Content-Length': Buffer.byteLength(body),
      ...headers,
    });
    socket.write(
      `${method} ${pathname}${search} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
  });
}

interface RawOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly waitMs?: number;
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(received.slice(0, end))?.[1];
  const body = received.slice(end + 4);
  if (received.startsWith('HTTP/1.1 204')) return true;
  if (length !== undefined) return Buffer.byteLength(body) >= Number(length);
  return body.endsWith('0\r\n\r\n');
}
