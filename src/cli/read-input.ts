import { createReadStream } from 'node:fs';
import { decodeUtf8 } from '../batch/decode-utf8.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

const MEBIBYTE = 1024 * 1024;
const MOST_BYTES = 64 * MEBIBYTE;

/** The text of a file, or of standard input for `-`. Throws where it cannot be read, is too large or is not UTF-8. */
export async function readInput(file: string): Promise<string> {
  const text = decodeUtf8(await readBytes(file));
  if (text === undefined) throw inputProblem(`${file} is not UTF-8: save it as UTF-8 (in Excel: "CSV UTF-8")`);
  return text;
}

async function readBytes(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_BYTES) break;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw inputProblem(`cannot read ${file} (${WHY[code] ?? code}): name a JSON or CSV file, or - for standard input`);
  }
  if (bytes > MOST_BYTES)
    throw inputProblem(`${file} is larger than ${MOST_BYTES / MEBIBYTE} MiB: split it into several files`);
  return Buffer.concat(chunks);
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
};

const inputProblem = (message: string): CliError => new CliError('InvalidRequest', message, EXIT.usage);
