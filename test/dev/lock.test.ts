import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withLock } from '../../src/dev/lock.js';
import { makeFolder } from './helpers.js';

const { signal } = new AbortController();

it('lets one work at a time', async () => {
  const folder = await makeFolder();
  let working = 0;
  const work = () =>
    withLock(join(folder, 'lock'), signal, async () => {
      expect(++working).toBe(1);
      await sleep(50);
      working--;
    });
  await Promise.all([work(), work(), work()]);
  expect(await readdir(folder)).toEqual([]);
});

it('is taken over from a holder elsewhere only when that one has not renewed it for a minute', async () => {
  const path = join(await makeFolder(), 'lock');
  const theirs = JSON.stringify({ id: 'x', holder: { machine: 'elsewhere', pid: 1, startedAt: '1' } });
  await writeFile(path, theirs);
  const ours = withLock(path, AbortSignal.timeout(1_000), async () => 'taken');
  await expect(ours).rejects.toThrow('aborted');
  expect(await readFile(path, 'utf8')).toBe(theirs);

  const longAgo = new Date(Date.now() - 61_000);
  await utimes(path, longAgo, longAgo);
  expect(await withLock(path, AbortSignal.timeout(1_000), async () => 'taken')).toBe('taken');
});

it('is not given back by one who has lost it', async () => {
  const path = join(await makeFolder(), 'lock');
  await withLock(path, signal, () => writeFile(path, 'of somebody else'));
  expect(await readFile(path, 'utf8')).toBe('of somebody else');
});
