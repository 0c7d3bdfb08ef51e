import { join, resolve } from 'node:path';
import { createDatabase } from './create-database.js';
import { findFreePort } from './free-port.js';
import { openFolder } from './open-folder.js';
import { makeOwnedFolder, sweepOwnedFolders } from './owned-folder.js';
import { makeCluster } from './postgres-cluster.js';
import { findPostgresPackage } from './postgres-package.js';
import { startPostgresProcess } from './postgres-process.js';
import { preparePostgres } from './postgres-programs.js';
import type { Log } from './progress.js';
import { findRunUser } from './run-user.js';

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

/** A real Postgres, on 127.0.0.1 only, where it trusts everybody on this machine. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { dataDir, log = () => {}, settings = {} } = options;
  const user = findRunUser();
  const open = await openFolder(user);
  await sweepOwnedFolders(open, PREFIX);
  const { postgres, initdb } = await preparePostgres(await findPostgresPackage(), user, open);
  const folder = await makeOwnedFolder(open, PREFIX);
  const data = dataDir === undefined ? join(folder.path, 'data') : resolve(dataDir);
  try {
    const port = await findFreePort();
    await makeCluster({ initdb, dataDir: data, user, isTemporary: dataDir === undefined });
    const start = () => startPostgresProcess({ postgres, data, port, settings, user, folder, log });
    let server = await start();
    return {
      url: toUrl(port, 'postgres'),
      port,
      get pid() {
        return server.pid;
      },
      async createDatabase(name) {
        await createDatabase(toUrl(port, 'postgres'), name);
        return toUrl(port, name);
      },
      kill: (signal) => server.kill(signal),
      async restart() {
        await server.stop('SIGINT');
        server = await start();
      },
      async stop() {
        // SIGQUIT leaves everything as it lies: enough where all of it is deleted.
        await server.stop(dataDir === undefined ? 'SIGQUIT' : 'SIGINT');
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Without TLS, said explicitly: PGSSLMODE of a shell meant for production would ask for it. */
const toUrl = (port: number, database: string): string =>
  `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`;
