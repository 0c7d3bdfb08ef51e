import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunUser } from './run-user.js';

/** The highest folder on the way to `path`, itself included, that the user may not pass through. */
export async function findClosedFolder(path: string, user: RunUser | undefined): Promise<string | undefined> {
  // Without a user it is ourselves, and the first use of the folder will tell.
  if (user === undefined) return undefined;
  for (const folder of foldersDownTo(await realpath(path))) {
    const { mode, uid, gid } = await stat(folder);
    const passBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & passBit) === 0) return folder;
  }
  return undefined;
}

function foldersDownTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersDownTo(parent), path];
}
