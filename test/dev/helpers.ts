import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { markProcess } from '../../src/dev/process-mark.js';

export const isRoot = process.getuid?.() === 0;

export const sourceFolder = fileURLToPath(new URL('../../src/dev/', import.meta.url));
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A folder that is gone when the test has ended. */
export async function makeFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'payouts-test-'));
  await chmod(folder, mode);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
}

export async function writeProgram(path: string, lines: readonly string[]): Promise<string> {
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  return path;
}

export interface Script {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Waits until it prints a line that starts so, and gives the rest of that line. */
  line(start: string): Promise<string>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
}

/** Runs TypeScript in a process of its own, which a test may kill. */
export function runScript(code: string, options: { env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {}): Script {
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', code];
  const child = spawn(process.execPath, args, { ...options, env: options.env ?? process.env });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<Awaited<Script['ended']>>((resolve) => {
    child.on('close', (exitCode, signal) => resolve({ code: exitCode, signal, output }));
  });
  return {
    child,
    pid: child.pid!,
    ended,
    async line(start) {
      for (;;) {
        const found = output.split('\n').find((text, n, all) => n < all.length - 1 && text.startsWith(start));
        if (found !== undefined) return found.slice(start.length);
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended without "${start}": ${output}`);
        await sleep(20);
      }
    },
  };
}

/** Not by signal 0: a process that has ended stays there for it until its parent asks, and some parents never do. */
export const isAlive = (pid: number): boolean => markProcess(pid) !== undefined;
