import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, isProcessMark, markProcess, type ProcessMark } from './process-mark.js';

const OWNER_FILE = 'owner.json';
const UNSIGNED_MAY_STAY_MS = 60 * 60_000;
const CHILD_MAY_STOP_MS = 5_000;

/** A folder that goes away with this process, at the latest when the next one sweeps. */
export interface OwnedFolder {
  readonly path: string;
  /** Writes down a process started for this folder, which the next sweep ends if we die first. */
  noteChild(pid: number): void;
  remove(): Promise<void>;
}

export async function makeOwnedFolder(parent: string, prefix: string): Promise<OwnedFolder> {
  const path = await mkdtemp(join(parent, prefix));
  // mkdtemp makes it 0700, and Postgres may run as another user than we do.
  await chmod(path, 0o755);
  const owner = markProcess(process.pid);
  const sign = (child?: ProcessMark) => writeFileSync(join(path, OWNER_FILE), JSON.stringify({ owner, child }));
  sign();
  return {
    path,
    noteChild: (pid) => sign(markProcess(pid)),
    remove: () => removeFolder(path),
  };
}

/** Ends what dead owners left running and removes their folders. */
export async function sweepOwnedFolders(parent: string, prefix: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const folders = names.filter((name) => name.startsWith(prefix)).map((name) => join(parent, name));
  // What cannot be cleaned up is no reason not to start.
  await Promise.allSettled(folders.map(sweep));
}

async function sweep(path: string): Promise<void> {
  const signed = await readSignature(path);
  if (!isProcessMark(signed?.owner)) return removeUnsigned(path);
  if (!isGone(signed.owner)) return;
  if (isProcessMark(signed.child) && !(await endOrphan(signed.child))) return;
  await removeFolder(path);
}

async function readSignature(path: string): Promise<{ owner?: unknown; child?: unknown } | undefined> {
  try {
    return JSON.parse(await readFile(join(path, OWNER_FILE), 'utf8')) as { owner?: unknown; child?: unknown };
  } catch {
    return undefined;
  }
}

/** A folder just made is not signed yet: only an old one was forgotten. */
async function removeUnsigned(path: string): Promise<void> {
  const age = await stat(path).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
  if (age > UNSIGNED_MAY_STAY_MS) await removeFolder(path);
}

/** False when it does not end. */
async function endOrphan(child: ProcessMark): Promise<boolean> {
  const startedAt = Date.now();
  // To Postgres SIGINT means: stop now, in order. Temporal takes it as its SIGTERM.
  if (!isGone(child)) signal(child.pid, 'SIGINT');
  while (!isGone(child)) {
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > 2 * CHILD_MAY_STOP_MS) return false;
    if (waitedMs > CHILD_MAY_STOP_MS) signal(child.pid, 'SIGKILL');
    await sleep(50);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself.
  }
}

// A server killed a moment ago may still have children that write.
const removeFolder = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
