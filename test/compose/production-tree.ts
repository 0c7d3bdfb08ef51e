import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { read, ROOT } from '../architecture/sources.js';

interface Locked {
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
const { packages: LOCKED } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** What `npm ci --omit=dev` installs at the top, by the lock file. */
export const productionPackages = (): readonly string[] =>
  Object.entries(LOCKED)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path.slice('node_modules/'.length))
    // Of other machines.
    .filter((name) => existsSync(join(ROOT, 'node_modules', name)));

/** What a package needs beside it. */
export function neededBy(name: string): readonly string[] {
  const { dependencies, peerDependencies } = LOCKED[`node_modules/${name}`] ?? {};
  return Object.keys({ ...dependencies, ...peerDependencies });
}

export interface ProductionTree {
  /** Runs `node` with these arguments there, for so long at most. */
  run(
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ readonly code: number | null; readonly output: string }>;
  remove(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Ended as soon as it has said this. */
  readonly until?: RegExp;
}

/** The folder of the image's last stage: what was built, and the packages that are not for development. Nothing else is found there. */
export async function makeProductionTree(packages = productionPackages()): Promise<ProductionTree> {
  const folder = await mkdtemp(join(tmpdir(), 'payouts-image-'));
  for (const name of packages) {
    const target = join(folder, 'node_modules', name);
    await mkdir(dirname(target), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), target);
  }
  await symlink(join(ROOT, 'dist'), join(folder, 'dist'));
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  return {
    run: (args, options) => run(folder, args, options),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Links are taken as if they were the files: else a package would find its neighbours in the tree that it is linked from. */
const AS_IF_COPIED = ['--preserve-symlinks', '--preserve-symlinks-main'];
const ENDS_WITHIN_MS = 50_000;

function run(cwd: string, args: readonly string[], { env = {}, until }: RunOptions = {}) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...AS_IF_COPIED, ...args], { cwd, env: { PATH, HOME: cwd, ...env } });
  let output = '';
  const hear = (text: string): void => {
    output += text;
    if (until?.test(output)) child.kill();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
