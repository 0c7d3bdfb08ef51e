import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createDatabase } from './create-database.js';
import { findFreePort, waitForFreePort } from './free-port.js';
import { openFolder } from './open-folder.js';
import { makeOwnedFolder, sweepOwnedFolders } from './owned-folder.js';
import { makeCluster, postgresEnvironment, toDataArgument } from './postgres-cluster.js';
import { findPostgresPackage } from './postgres-package.js';
import { preparePostgres } from './postgres-programs.js';
import type { Log } from './progress.js';
import { findRunUser } from './run-user.js';
import { startServerProcess } from './server-process.js';

export interface PostgresOptions {
  /** Kept when given; else a cluster of its own, which is deleted on `stop`. */
  readonly dataDir?: string | undefined;
  readonly log?: Log | undefined;
  /** Postgres' own settings, as `-c` takes them. Nothing unsafe (`fsync=off`) is set unless it is asked for here. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface Postgres {
  /** Of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Another one after `restart`. */
  readonly pid: number;
  /** Makes the database where it is missing, and gives its URL. */
  createDatabase(name: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Also after `kill`: same port, same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const PREFIX = 'postgres-data-';
const READY_WITHIN_MS = 60_000;

/** A real Postgres, on 127.0.0.1 only, where it trusts everybody on this machine. */
export async function startPostgres({ dataDir, log = () => {}, settings = {} }: PostgresOptions = {}): Promise<Postgres> {
  const user = findRunUser();
  const open = await openFolder(user);
  await sweepOwnedFolders(open, PREFIX);
  const programs = await preparePostgres(await findPostgresPackage(), user, open);
  const owned = await makeOwnedFolder(open, PREFIX);
  const data = dataDir === undefined ? join(owned.path, 'data') : resolve(dataDir);
  const port = await findFreePort();

  const start = async () => {
    await waitForFreePort(port);
    const server = await startServerProcess({
      name: 'Postgres',
      command: programs.postgres,
      args: ['-D', await toDataArgument(data, user), '-p', String(port), ...toFlags({ ...SETTINGS, ...settings })],
      cwd: data,
      env: postgresEnvironment(),
      user,
      folder: owned,
      log,
    });
    await server.untilReady(() => isReady(data, server.pid), READY_WITHIN_MS).catch(async (error: unknown) => {
      await server.stop('SIGQUIT');
      throw error;
    });
    return server;
  };

  let server;
  try {
    await makeCluster({ initdb: programs.initdb, dataDir: data, user, isTemporary: dataDir === undefined });
    server = await start();
  } catch (error) {
    await owned.remove();
    throw error;
  }
  let running = server;

  return {
    url: urlOf(port, 'postgres'),
    port,
    get pid() {
      return running.pid;
    },
    createDatabase: (name) => createDatabase(urlOf(port, 'postgres'), name).then(() => urlOf(port, name)),
    kill: (signal) => running.kill(signal),
    async restart() {
      await running.stop('SIGINT');
      running = await start();
    },
    async stop() {
      // SIGQUIT leaves everything as it lies: enough where all of it is deleted.
      await running.stop(dataDir === undefined ? 'SIGQUIT' : 'SIGINT');
      await owned.remove();
    },
  };
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // No socket file: its path may be too long, and it would be one more way in.
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const toFlags = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Postgres itself writes there who it is and when it is ready: a connection could be answered by somebody else's. */
async function isReady(data: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Without TLS, said explicitly: PGSSLMODE of a shell meant for production would ask for it. */
const urlOf = (port: number, database: string): string =>
  `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
