import { execFile } from 'node:child_process';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.js';
import { findOnPath } from './find-on-path.js';
import { interruptible } from './interruptible.js';
import { withLock } from './lock.js';
import { makeOwnedFolder, sweepOwnedFolders } from './owned-folder.js';
import { tellProgress, type Log } from './progress.js';
import { buildTemporal } from './temporal-build.js';
import { downloadTemporal } from './temporal-download.js';
import { TemporalNotFoundError } from './temporal-not-found-error.js';
import type { Obtain, Obtained } from './temporal-obtain.js';

export interface FindTemporalOptions {
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The path of a Temporal CLI that runs: from PATH, else our cache, else downloaded or built into the cache, once.
 * @throws TemporalNotFoundError
 */
export async function findTemporal({ log, env = process.env, signal }: FindTemporalOptions): Promise<string> {
  const onPath = await findOnPath('temporal', env);
  if (onPath !== undefined) {
    if (await isTemporal(onPath)) return onPath;
    log(`${onPath} does not run, or is not Temporal's: passed over`);
  }
  const folder = cacheFolder(env);
  const cached = join(folder, FILE_NAME);
  if (await isTemporal(cached)) return cached;
  return interruptible(signal, async (stop) => {
    await mkdir(folder, { recursive: true });
    const hasLock = tellProgress(log, (s) => `another process is getting the Temporal server: waiting for it, ${s} s`);
    return withLock(`${cached}.lock`, stop, async () => {
      hasLock();
      // The one we waited for has put it there.
      if (await isTemporal(cached)) return cached;
      await sweepOwnedFolders(folder, WORK_PREFIX);
      return obtain({ folder, cached, env, log, signal: stop });
    }).finally(hasLock);
  });
}

const FILE_NAME = `temporal-1.5.1-${process.platform}-${process.arch}`;
const WORK_PREFIX = 'work-';
const SHOWS_VERSION_WITHIN_MS = 30_000;

const WAYS: readonly { readonly name: string; readonly obtain: Obtain }[] = [
  { name: 'download', obtain: downloadTemporal },
  { name: 'build', obtain: buildTemporal },
];

interface ObtainOptions {
  readonly folder: string;
  readonly cached: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
}

async function obtain(options: ObtainOptions): Promise<string> {
  const reasons: string[] = [];
  for (const way of WAYS) {
    const result = await obtainInto(way.obtain, options);
    if (result.kind === 'obtained') return result.path;
    options.signal.throwIfAborted();
    options.log(`no Temporal server by ${way.name}: ${result.reason}`);
    reasons.push(`${way.name}: ${result.reason}`);
  }
  throw new TemporalNotFoundError(reasons, options.folder);
}

/** Works in a folder of its own and moves the whole file in place, so that nobody ever sees half of one. */
async function obtainInto(way: Obtain, { folder, cached, env, log, signal }: ObtainOptions): Promise<Obtained> {
  const work = await makeOwnedFolder(folder, WORK_PREFIX);
  const task = join(work.path, 'task');
  try {
    await mkdir(task);
    const result = await way({ folder: task, env, log, signal });
    if (result.kind !== 'obtained') return result;
    await chmod(result.path, 0o755);
    if (!(await isTemporal(result.path))) return { kind: 'not_obtained', reason: 'what came does not run' };
    await rename(result.path, cached);
    return { kind: 'obtained', path: cached };
  } finally {
    await work.remove();
  }
}

const run = promisify(execFile);

/** Trying is the only proof: a file may be cut short, or for another machine. */
async function isTemporal(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: SHOWS_VERSION_WITHIN_MS });
    return stdout.startsWith('temporal version ');
  } catch {
    return false;
  }
}
