import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForFreePort } from './free-port.js';
import type { OwnedFolder } from './owned-folder.js';
import { postgresEnvironment, toDataArgument } from './postgres-cluster.js';
import type { Log } from './progress.js';
import type { RunUser } from './run-user.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { ServerStartError } from './server-start-error.js';

export interface PostgresProcessOptions {
  readonly postgres: string;
  readonly data: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: RunUser | undefined;
  readonly folder: OwnedFolder;
  readonly log: Log;
}

const READY_WITHIN_MS = 60_000;

/** Starts Postgres on a cluster, and waits for what a killed one left behind. */
export async function startPostgresProcess(options: PostgresProcessOptions): Promise<ServerProcess> {
  for (const deadline = Date.now() + READY_WITHIN_MS; ; await sleep(200)) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!isStillInUse(error) || Date.now() > deadline) throw error;
    }
  }
}

async function startOnce({ postgres, data, port, settings, user, folder, log }: PostgresProcessOptions) {
  await waitForFreePort(port);
  const server = await startServerProcess({
    name: 'Postgres',
    command: postgres,
    args: ['-D', await toDataArgument(data, user), '-p', String(port), ...toFlags({ ...SETTINGS, ...settings })],
    cwd: data,
    env: postgresEnvironment(),
    user,
    folder,
    log,
  });
  try {
    await server.untilReady(() => isReady(data, server.pid), READY_WITHIN_MS);
    return server;
  } catch (error) {
    await server.stop('SIGQUIT');
    throw error;
  }
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

/** A backend in the middle of a long query outlives a killed Postgres, which until then may not start: it would corrupt. */
const isStillInUse = (error: unknown): boolean =>
  error instanceof ServerStartError && error.lastLines.some((line) => line.includes('shared memory block'));
