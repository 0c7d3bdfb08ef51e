import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LOOK_EVERY_MS = 250;

export interface FolderGrowth {
  bytes(): number;
  stop(): void;
}

/** Calls `onStalled` once when the folder's files have not grown for so long. Slow is fine; silent is not. */
export function watchGrowth(folder: string, stalledAfterMs: number, onStalled: () => void): FolderGrowth {
  let bytes = 0;
  let grownAt = Date.now();
  const look = async () => {
    const now = await sizeOf(folder);
    if (now > bytes) grownAt = Date.now();
    bytes = Math.max(bytes, now);
    if (Date.now() - grownAt < stalledAfterMs) return;
    clearInterval(looking);
    onStalled();
  };
  const looking = setInterval(() => void look(), LOOK_EVERY_MS);
  return { bytes: () => bytes, stop: () => clearInterval(looking) };
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (found) => found.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
