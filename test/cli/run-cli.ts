import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** What stdout holds, as JSON. */
  json(): unknown;
}

export interface CliOptions {
  /** Everything that the process sees beside PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs `payouts` as a process of its own, as a shell would. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const startedAt = performance.now();
  const { child, seen, ended } = startCli(args, options);
  child.stdin.end(options.input ?? '');
  const code = await ended;
  const { stdout, stderr } = seen();
  const durationMs = performance.now() - startedAt;
  return { code, stdout, stderr, durationMs, json: () => JSON.parse(stdout) as unknown };
}

/** Starts it and leaves it running. */
export function startCli(args: readonly string[], { env = {} }: CliOptions = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { env: { PATH, HOME, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const seen = () => ({ stdout, stderr });
  return { child, seen, ended, until: (isThere: () => boolean) => until(isThere, ended, seen) };
}

const ASK_EVERY_MS = 50;

async function until(isThere: () => boolean, ended: Promise<unknown>, seen: () => unknown): Promise<void> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!isThere()) {
    if (hasEnded) throw new Error(`it ended before that: ${JSON.stringify(seen())}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
