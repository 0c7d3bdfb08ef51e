import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import type * as Program from './program.js';

/** The change of one text. */
export interface Mutation {
  /** By its path in the tree. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = fileURLToPath(new URL('program.ts', import.meta.url));

/** The simulation and the real code, bundled with these changes. Throws where a text is not found, or more than once. */
export async function load(mutations: readonly Mutation[]): Promise<typeof Program> {
  const changed = new Set<Mutation>();
  const bundled = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
    plugins: [mutating(mutations, changed)],
  });
  const missing = mutations.find((mutation) => !changed.has(mutation));
  if (missing) throw new Error(`${missing.file} is no part of the program`);
  const [output] = bundled.outputFiles;
  const module = { exports: {} };
  // The packages are those of this project, each loaded once for all mutants.
  const run = compileFunction(output?.text ?? '', ['module', 'exports', 'require']);
  run(module, module.exports, createRequire(ENTRY));
  return module.exports as typeof Program;
}

const mutating = (mutations: readonly Mutation[], changed: Set<Mutation>): Plugin => ({
  name: 'mutating',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const wanted = mutations.filter(({ file }) => file === relative(ROOT, path).replaceAll('\\', '/'));
      if (wanted.length === 0) return undefined;
      let contents = await readFile(path, 'utf8');
      for (const mutation of wanted) {
        contents = apply(contents, mutation);
        changed.add(mutation);
      }
      return { contents, loader: 'ts' };
    });
  },
});

/** A mutant whose text is gone would live on as the unmutated program, and nobody would know. */
export function apply(text: string, { file, from, to }: Mutation): string {
  const parts = text.split(from);
  if (parts.length !== 2)
    throw new Error(`${file} holds ${parts.length - 1} times what is to be changed there: ${from}`);
  return parts.join(to);
}
