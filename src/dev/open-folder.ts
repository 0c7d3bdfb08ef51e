import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findClosedFolder } from './reach.js';
import type { RunUser } from './run-user.js';

/** Our folder for temporary things, where the given user can reach it: for root's sake not always the usual one. */
export async function openFolder(user: RunUser | undefined): Promise<string> {
  const closed: string[] = [];
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const hindrance = await findClosedFolder(parent, user).catch(() => `${parent} (missing)`);
    if (hindrance === undefined) return makeOurs(join(parent, `temporal-payouts-${userInfo().uid}`));
    closed.push(hindrance);
  }
  throw new Error(
    `no temporary folder is open to user ${user?.uid}, as whom Postgres runs: closed at ${closed.join(', ')}`,
  );
}

async function makeOurs(path: string): Promise<string> {
  await mkdir(path, { mode: 0o755, recursive: true });
  const found = await lstat(path);
  // Anybody can make a folder of this name in /tmp, and programs are run from it.
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new Error(`${path} is not a folder of ours: remove it, or set TMPDIR to another folder`);
  }
  await chmod(path, 0o755);
  return path;
}
