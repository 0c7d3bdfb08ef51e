import { execFile } from 'node:child_process';
import { appendFile, chown, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startPostgres, type Postgres } from '../../../src/dev/postgres.js';
import { until } from '../../support/until.js';
import { startTcpProxy } from './tcp-proxy.js';

const run = promisify(execFile);

export interface Standby {
  /** The database of the same name, on the standby. */
  url(databaseUrl: string): string;
  /** Waits until it has replayed all that the primary has written so far. */
  untilCaughtUp(): Promise<void>;
  /** From now on nothing that the primary writes reaches it. */
  cutOff(): void;
  /** Makes it a primary of its own, as a failover does. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** A real hot standby: a copy of the primary's files, made while it runs, which streams what it writes from then on. */
export async function startStandby(primary: Postgres): Promise<Standby> {
  const admin = await connect(primary.url);
  const folder = await ask<string>(admin, 'show data_directory');
  const copy = join(dirname(folder), 'standby');
  await appendFile(join(folder, 'pg_hba.conf'), 'host replication all 127.0.0.1/32 trust\n');
  await admin.query('select pg_reload_conf()');

  await admin.query(`select pg_backup_start('standby', true)`);
  // With owners and modes: Postgres may run as another user than the test.
  await run('cp', ['-a', folder, copy]);
  const { rows } = await admin.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await rm(join(copy, 'postmaster.pid'));
  await writeAsOwner(copy, 'backup_label', rows[0]?.labelfile ?? '');
  await writeAsOwner(copy, 'standby.signal', '');
  const wire = await startTcpProxy(primary.port);
  const settings = {
    primary_conninfo: `host=127.0.0.1 port=${wire.address.split(':')[1]} user=postgres sslmode=disable`,
    hot_standby: 'on',
  };
  const server = await startPostgres({ dataDir: copy, settings });
  const replica = await connect(server.url);
  return {
    url(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(server.port);
      return url.href;
    },
    async untilCaughtUp() {
      const written = await ask<string>(admin, 'select pg_current_wal_lsn()::text');
      const isReplayed = () => ask<boolean>(replica, `select pg_last_wal_replay_lsn() >= '${written}'::pg_lsn`);
      await until(
        isReplayed,
        (replayed) => replayed,
        () => 'the standby to catch up',
      );
    },
    cutOff: () => wire.pause(),
    promote: async () => void (await replica.query('select pg_promote(true)')),
    async stop() {
      await Promise.all([admin.end().catch(() => undefined), replica.end().catch(() => undefined)]);
      await wire.stop();
      await server.stop();
    },
  };
}

/** Postgres removes these itself. */
async function writeAsOwner(folder: string, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(folder);
  await writeFile(join(folder, name), text);
  await chown(join(folder, name), uid, gid);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A primary that is killed takes this connection with it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ask<T>(client: pg.Client, query: string): Promise<T> {
  const { rows } = await client.query<Record<string, T>>(query);
  return Object.values(rows[0] ?? {})[0] as T;
}
