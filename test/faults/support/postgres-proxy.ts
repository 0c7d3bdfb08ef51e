import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import { createCutter, readTexts, type Message } from './messages.js';

/** What becomes of a statement on its way to Postgres. */
export type Act =
  /** The connection breaks before it arrives. */
  | 'cut_before'
  /** It is carried out; the connection breaks before its reply arrives. */
  | 'cut_after'
  /** Its sender loses the connection, and it arrives a while later all the same. */
  | 'arrives_late'
  /** It is kept on its way until it is released. */
  | 'hold_before'
  /** It is carried out, and its reply is kept until it is released. */
  | 'hold_after';

export interface Statement {
  readonly text: string;
  /** Whether this text was among the values of this transaction so far, such as a reference. */
  readonly mentions: (value: string) => boolean;
  /** The statements of the same transaction before it. */
  readonly before: readonly string[];
}

/** A trap that was laid for a statement. It springs once on each of `times` statements. */
export interface Trap {
  /** The statements that it sprang on. A test asserts them: a trap that nobody stepped into proves nothing. */
  readonly sprung: readonly string[];
  /** Waits until it has sprung that often. */
  untilSprung(times?: number): Promise<void>;
  /** Lets everything through that it holds. */
  release(): void;
}

export interface PostgresProxy {
  /** The database as it is reached through the proxy. */
  readonly url: string;
  /** Every statement that came, in order. */
  readonly statements: readonly string[];
  lay(act: Act, where: (statement: Statement) => boolean, times?: number): Trap;
  stop(): Promise<void>;
}

/** The COMMIT of the transaction that wrote an exchange, and of the one that wrote its outcome; or the statement that is all of it. */
export const isCommitOf =
  (table: 'exchanges' | 'outcomes') =>
  ({ text, before }: Statement): boolean => {
    const writes = (statement: string): boolean => statement.includes(`insert into ${table} `);
    return text === 'commit' ? before.some(writes) : before.length === 0 && writes(text);
  };

const LATE_BY_MS = 400;

interface LaidTrap {
  readonly act: Act;
  readonly where: (statement: Statement) => boolean;
  readonly held: (() => void)[];
  readonly sprung: string[];
  readonly times: number;
}

/** Stands between a worker and Postgres, reads every statement on the wire, and springs the traps that were laid. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const statements: string[] = [];
  const traps: LaidTrap[] = [];
  const sockets = new Set<Socket>();

  const spring = (statement: Statement): LaidTrap | undefined => {
    const trap = traps.find(({ sprung, times, where }) => sprung.length < times && where(statement));
    trap?.sprung.push(statement.text);
    return trap;
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    join(client, upstream, (statement) => {
      statements.push(statement.text);
      return spring(statement);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    statements,
    lay(act, where, times = 1) {
      const trap: LaidTrap = { act, where, times, held: [], sprung: [] };
      traps.push(trap);
      return {
        sprung: trap.sprung,
        untilSprung: async (count = 1) =>
          void (await until(
            () => trap.sprung.length,
            (sprung) => sprung >= count,
          )),
        release: () => trap.held.splice(0).forEach((letThrough) => letThrough()),
      };
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Meet = (statement: Statement) => LaidTrap | undefined;

/** One connection. What a client sends up to a Sync is one statement, as `pg` uses the protocol. */
function join(client: Socket, upstream: Socket, meet: Meet): void {
  const replies = createReplies(client, upstream);
  const texts = new Map<string, string>();
  const cut = createCutter(true);
  const cutUpstream = createCutter(false);
  let pending: Message[] = [];
  let transaction: string[] = [];
  let isOpen = false;
  let values = '';
  // While a statement is kept, those behind it wait: they came after it.
  let isHeld = false;
  let isDetached = false;
  const behind: Message[] = [];

  const take = (message: Message): void => {
    if (isHeld) return void behind.push(message);
    pending.push(message);
    if (message.type === 'P') {
      const [name = '', text = ''] = readTexts(message.body, 2);
      texts.set(name, text.trim());
    }
    if (message.type !== 'S' && message.type !== 'Q') return message.type === '' ? forward() : undefined;
    const text = textOf(pending, texts);
    if (text === undefined) return forward();
    // Outside of a transaction a statement is one by itself.
    if (!isOpen) [transaction, values] = [[], ''];
    isOpen = text === 'begin' || (isOpen && text !== 'commit' && text !== 'rollback');
    values += valuesOf(pending);
    const inTransaction = values;
    const trap = meet({ text, before: transaction, mentions: (value) => inTransaction.includes(value) });
    transaction = [...transaction, text];
    return trap ? spring(trap) : forward();
  };
  const forward = (): void => {
    for (const { bytes } of pending) upstream.write(bytes);
    pending = [];
  };
  const spring = (trap: LaidTrap): void => {
    switch (trap.act) {
      case 'cut_before':
        client.destroy();
        return void upstream.destroy();
      case 'cut_after':
        replies.afterNext(() => {
          client.destroy();
          upstream.destroy();
        });
        return forward();
      case 'arrives_late': {
        isDetached = true;
        client.destroy();
        replies.afterNext(() => void upstream.destroy());
        return void sleep(LATE_BY_MS).then(forward);
      }
      case 'hold_before':
        isHeld = true;
        return void trap.held.push(() => {
          forward();
          isHeld = false;
          behind.splice(0).forEach(take);
        });
      case 'hold_after':
        replies.hold();
        trap.held.push(() => replies.release());
        return forward();
      default:
        return trap.act satisfies never;
    }
  };

  client.on('data', (data: Buffer) => cut(data).forEach(take));
  upstream.on('data', (data: Buffer) => replies.take(data, cutUpstream(data)));
  client.on('error', () => undefined);
  upstream.on('error', () => undefined);
  client.on('close', () => (isDetached ? undefined : upstream.destroy()));
  upstream.on('close', () => client.destroy());
}

/** The text of the statement that these messages carry out, or nothing where they only describe or close one. */
function textOf(messages: readonly Message[], texts: ReadonlyMap<string, string>): string | undefined {
  const simple = messages.find(({ type }) => type === 'Q');
  if (simple) return readTexts(simple.body, 1)[0]?.trim();
  const bind = messages.find(({ type }) => type === 'B');
  return bind && texts.get(readTexts(bind.body, 2)[1] ?? '');
}

const valuesOf = (messages: readonly Message[]): string =>
  messages
    .filter(({ type }) => type === 'B')
    .map(({ body }) => body.toString('utf8'))
    .join();

/** Postgres' replies on one connection: passed on, or kept, or never given. */
function createReplies(client: Socket, upstream: Socket) {
  let kept: Buffer[] | undefined;
  let whenReady: (() => void) | undefined;
  return {
    take(data: Buffer, messages: readonly Message[]): void {
      if (whenReady) {
        // "Ready for query": the statement is carried out.
        if (messages.some(({ type }) => type === 'Z')) whenReady();
        return;
      }
      if (kept) return void kept.push(data);
      if (!client.destroyed) client.write(data);
    },
    afterNext: (then: () => void) => void (whenReady = then),
    hold: () => void (kept = []),
    release(): void {
      const buffers = kept ?? [];
      kept = undefined;
      for (const data of buffers) if (!client.destroyed && !upstream.destroyed) client.write(data);
    },
  };
}
