import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeOwnedFolder, sweepOwnedFolders } from './owned-folder.js';
import { mendPostgres, type PostgresPackage } from './postgres-package.js';
import type { RunUser } from './run-user.js';

export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

const COPY_PREFIX = 'copy-';

/**
 * Postgres' programs where the given user can run them: in node_modules, or, where that is closed to the user (below root's
 * home, say) or cannot be mended, in a copy in `open`.
 */
export async function preparePostgres(
  { native, version }: PostgresPackage,
  user: RunUser | undefined,
  open: string,
): Promise<PostgresPrograms> {
  await mendPostgres(native);
  if ((await findFault(native, user)) === undefined) return programsIn(native);
  const copy = join(open, `postgres-${version}-${process.platform}-${process.arch}`, 'native');
  if (!(await isWhole(native, copy))) await copyInPlace(native, copy, open);
  const fault = await findFault(copy, user);
  if (fault !== undefined) throw new Error(`Postgres' programs run neither in ${native} nor in ${copy}: ${fault}`);
  return programsIn(copy);
}

const programsIn = (native: string): PostgresPrograms => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

const run = promisify(execFile);

/** Trying, as that user, is the only proof: it covers the way there, the modes, the file system and the libraries. */
async function findFault(native: string, user: RunUser | undefined): Promise<string | undefined> {
  try {
    for (const program of Object.values(programsIn(native))) await run(program, ['--version'], { cwd: '/', ...user });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Temporary folders are tidied file by file: a copy of which only some files are left must not be used. */
async function isWhole(native: string, copy: string): Promise<boolean> {
  const same = (await readdir(native, { recursive: true })).map(async (file) => {
    const [original, copied] = await Promise.all([lstat(join(native, file)), lstat(join(copy, file))]);
    return original.isDirectory() || original.size === copied.size;
  });
  return Promise.all(same).then(
    (all) => all.every(Boolean),
    () => false,
  );
}

/** Copies aside and renames, so that nobody runs half a copy, whoever comes first. */
async function copyInPlace(native: string, copy: string, open: string): Promise<void> {
  await sweepOwnedFolders(open, COPY_PREFIX);
  const aside = await makeOwnedFolder(open, COPY_PREFIX);
  try {
    const made = join(aside.path, 'native');
    await cp(native, made, { recursive: true, verbatimSymlinks: true });
    await openToAll(made);
    await mendPostgres(made);
    await mkdir(dirname(copy), { recursive: true });
    await rename(copy, join(aside.path, 'broken')).catch(unless('ENOENT'));
    await rename(made, copy).catch(unless('ENOTEMPTY', 'EEXIST')); // Somebody was faster, with the same.
  } finally {
    await aside.remove();
  }
}

async function openToAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const isRunnable = (mode: number) => (mode & 0o111) !== 0;
  await chmod(folder, 0o755);
  for (const entry of entries) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, isRunnable((await lstat(path)).mode) ? 0o755 : 0o644);
  }
}

const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
