import { readFile } from 'node:fs/promises';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';

/** The text of a file, or of standard input for `-`. Throws where it cannot be read or is not UTF-8. */
export async function readInput(file: string): Promise<string> {
  const bytes = file === '-' ? await readStandardInput() : await readNamed(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw inputProblem(`${file} is not UTF-8: save it as UTF-8 (in Excel: "CSV UTF-8")`);
  }
}

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw inputProblem(`cannot read ${file} (${WHY[code] ?? code}): name a JSON or CSV file, or - for standard input`);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'reading it is not permitted',
};

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const inputProblem = (message: string): CliError => new CliError('InvalidRequest', message, EXIT.usage);
