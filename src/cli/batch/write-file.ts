import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** Writes a file that was not there, or had just this in it: the same command can be given again. */
export async function writeNew(path: string, option: string, text: string): Promise<void> {
  const there = await readIfThere(path);
  if (there === text) return;
  if (there !== undefined) throw usageError(`${path} exists: remove it, or name another file with ${option}`);
  await writing(path, option, () => writeFile(path, text, { flag: 'wx' }));
}

/** Throws where a file is there that does not begin with this line: it is not ours to replace. */
export async function expectReplaceable(path: string, option: string, firstLine: string): Promise<void> {
  const there = await readIfThere(path, firstLine.length);
  if (there === undefined || there === firstLine) return;
  throw usageError(`${path} exists and holds something else: remove it, or name another file with ${option}`);
}

/** Replaces a file by its new content as a whole, or leaves it as it is. */
export async function replaceFile(path: string, option: string, pieces: AsyncIterable<string>): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writing(path, option, async () => {
    try {
      await writeFile(beside, pieces);
      await rename(beside, path);
    } finally {
      await rm(beside, { force: true });
    }
  });
}

/** The text of a file, or its beginning; nothing where there is no file. */
async function readIfThere(path: string, length?: number): Promise<string | undefined> {
  try {
    if (length === undefined) return await readFile(path, 'utf8');
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), length });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw usageError(`${path} cannot be read (${codeOf(error)}): name another file`);
  }
}

async function writing(path: string, option: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new CliError('Config', `cannot write ${path} (${code}): name another file with ${option}`, EXIT.usage);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error
    ? error.code
    : undefined;
