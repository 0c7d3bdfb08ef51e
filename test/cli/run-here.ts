import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { run } from '../../src/cli/run.js';
import type { CliOptions, CliRun } from './run-cli.js';

/**
 * Runs a command line inside the test's own process, several times faster than a process of its own.
 * One at a time; `-` reads the given input from a file.
 */
export async function runHere(args: readonly string[], { env = {}, input }: CliOptions = {}): Promise<CliRun> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'payouts-cli-'));
  const file = join(folder, 'input.json');
  if (input !== undefined) await writeFile(file, input);
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  const { env: ownEnv, exitCode: ownExitCode } = process;
  const { PATH, HOME } = ownEnv;
  process.env = { PATH, HOME, ...env };
  process.exitCode = undefined;
  try {
    const code = await run(
      createProgram(),
      args.map((arg) => (arg === '-' ? file : arg)),
    );
    const durationMs = performance.now() - startedAt;
    const seen = { stdout: stdout.text(), stderr: stderr.text() };
    return { code, ...seen, durationMs, json: () => JSON.parse(seen.stdout) as unknown };
  } finally {
    process.env = ownEnv;
    process.exitCode = ownExitCode;
    stdout.restore();
    stderr.restore();
    await rm(folder, { recursive: true });
  }
}

function capture(stream: NodeJS.WriteStream) {
  let text = '';
  const spy = vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}
