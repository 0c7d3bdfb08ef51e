import { execFile, type ExecFileException } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findClosedFolder } from './reach.js';
import type { RunUser } from './run-user.js';

export interface ClusterOptions {
  readonly initdb: string;
  readonly dataDir: string;
  readonly user: RunUser | undefined;
  /** A cluster that is thrown away need not survive a power cut. */
  readonly isTemporary: boolean;
}

/** Makes the folder of a new cluster where there is none yet. It appears whole or not at all. */
export async function makeCluster({ initdb, dataDir, user, isTemporary }: ClusterOptions): Promise<void> {
  if (await exists(join(dataDir, 'PG_VERSION'))) return;
  await mkdir(dirname(dataDir), { recursive: true });
  const made = `${dataDir}.new-${randomUUID()}`;
  try {
    await mkdir(made, { mode: 0o700 });
    if (user !== undefined) await chown(made, user.uid, user.gid);
    const args = [
      '--pgdata',
      await toDataArgument(made, user),
      ...INITDB_OPTIONS,
      ...(isTemporary ? ['--no-sync'] : []),
    ];
    await run(initdb, args, { cwd: made, env: postgresEnvironment(), ...user }).catch((error: ExecFileException) => {
      throw new Error(`initdb could not make a Postgres cluster in ${dataDir}:\n${error.stderr || error.message}`);
    });
    await writeFile(join(made, 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n');
    await rename(made, dataDir);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another process was faster; which of the two may use it, Postgres' own lock decides.
    if (await exists(join(dataDir, 'PG_VERSION'))) return;
    throw error;
  }
}

/**
 * How the data folder is named to Postgres. Below root's home its user cannot walk there, but starts there (cwd is entered
 * before the user changes), and on Linux that place has a name without a way to it.
 */
export async function toDataArgument(dataDir: string, user: RunUser | undefined): Promise<string> {
  const closed = await findClosedFolder(dirname(dataDir), user);
  if (closed === undefined) return dataDir;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new Error(
    `Postgres does not run as root, and ${closed} is closed to user ${user?.uid}, as whom it runs instead`,
  );
}

/** The shell's PG… settings are about other databases. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(others), LC_ALL: 'C' };
}

/** The same on every machine, whatever its locale: text in Unicode, ordered by code point. */
const INITDB_OPTIONS = [
  '--username=postgres',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

const run = promisify(execFile);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
