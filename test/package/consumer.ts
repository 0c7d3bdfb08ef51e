import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A project of somebody who installed the packed library: it sees what is packed, and the packages that that names. */
export interface Consumer {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  /** The examples, as they are packed. */
  copyExamples(): Promise<void>;
  /** Compiles everything with `tsc`. Gives what it complained about: nothing where all is well. */
  compile(): Promise<string>;
  start(file: string, env?: Readonly<Record<string, string>>, args?: readonly string[]): Running;
  remove(): Promise<void>;
}

/** A program that runs in the project. */
export interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until it has printed this, and gives the line. */
  line(text: string | RegExp): Promise<string>;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

export const readManifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** Packs what the build made. Gives the tarball's path, and what is in it. */
export async function pack(into: string): Promise<{ readonly tarball: string; readonly files: readonly string[] }> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', into];
  const { stdout } = await run('npm', args, { cwd: ROOT, maxBuffer: 16_000_000 });
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error('npm packed nothing');
  return { tarball: join(into, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** Unpacks the library as an installation does. Only the packages that it depends on are linked beside it. */
export async function makeConsumer(): Promise<Consumer & { readonly files: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'payouts-consumer-'));
  const { tarball, files } = await pack(folder);
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await run('tar', ['-xzf', tarball, '-C', modules]);
  const { name, dependencies } = await readManifest();
  await cp(join(modules, 'package'), join(modules, name), { recursive: true });
  await rm(join(modules, 'package'), { recursive: true });
  for (const dependency of [...Object.keys(dependencies), '@types/node']) {
    await mkdir(dirname(join(modules, dependency)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', dependency), join(modules, dependency));
  }
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  await write('package.json', JSON.stringify({ name: 'consumer', type: 'module', private: true }));
  await write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS, exclude: ['node_modules'] }));
  return {
    folder,
    files,
    write,
    copyExamples: () => cp(join(modules, name, 'examples'), join(folder, 'examples'), { recursive: true }),
    compile: () =>
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder }).then(
        () => '',
        (error: { readonly stdout: string }) => error.stdout,
      ),
    start: (file, env, args) => start(folder, file, env, args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Strict, and with the library's own types checked too. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  resolveJsonModule: true,
  rootDir: '.',
  types: ['node'],
  // For the page about tests: its types alone. At run time it is not there.
  paths: { '@temporalio/testing': [join(ROOT, 'node_modules/@temporalio/testing/lib/index.d.ts')] },
};

const ASK_EVERY_MS = 30;

function start(
  folder: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(folder, file), ...args], { cwd: folder, env: { PATH, HOME, ...env } });
  let output = '';
  const keep = (text: string): void => void (output += text);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      hasEnded = true;
      resolve(code);
    }),
  );
  const find = (text: string | RegExp): string | undefined =>
    output.split('\n').find((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
  return {
    child,
    output: () => output,
    ended,
    async line(text) {
      for (;;) {
        const isLast = hasEnded;
        const found = find(text);
        if (found !== undefined) return found;
        if (isLast) throw new Error(`it ended without ${String(text)}: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      }
    },
  };
}
