import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGone, isProcessMark, markProcess } from './process-mark.js';

const RENEWED_EVERY_MS = 10_000;
/** A holder that renews nothing for so long has died on another machine, or sleeps. */
const STALE_AFTER_MS = 60_000;

/**
 * One at a time, for work whose result is put in place by one rename. Two can still meet when a dead holder's lock is taken
 * away or a holder slept: then the work is done twice, and nothing is damaged.
 */
export async function withLock<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const ours = await takeLock(path, signal);
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, RENEWED_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    if ((await textOf(path)) === ours) await rm(path, { force: true });
  }
}

async function takeLock(path: string, signal: AbortSignal): Promise<string> {
  const ours = JSON.stringify({ id: randomUUID(), holder: markProcess(process.pid) });
  while (!(await createFile(path, ours))) {
    const theirs = await textOf(path);
    if (theirs !== undefined && (await isStale(path, theirs))) {
      await takeAway(path, theirs);
      continue;
    }
    await sleep(200, undefined, { signal });
  }
  return ours;
}

async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isStale(path: string, text: string): Promise<boolean> {
  const holder = holderOf(text);
  if (isProcessMark(holder) && isGone(holder)) return true;
  const renewedAt = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  return Date.now() - renewedAt > STALE_AFTER_MS;
}

function holderOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { holder?: unknown }).holder;
  } catch {
    return undefined; // Being written just now, or by a holder that died while writing: only its age tells.
  }
}

async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    // Somebody was faster, and this is the lock of whoever came after: give it back.
    if ((await textOf(aside)) !== stale) await link(aside, path).catch(() => undefined);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

const textOf = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
