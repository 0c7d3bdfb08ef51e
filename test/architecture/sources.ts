import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The files of the project: what git tracks, and what is new. */
export const files = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: ROOT })
    .toString()
    .split('\n')
    .filter((file) => file !== '');

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'(\.{1,2}\/[^']+)'/gm;
const DYNAMIC = /import\('(\.{1,2}\/[^']+)'\)/g;

/** Every import of one of our own files by another. */
export function importsOf(file: string): readonly Import[] {
  const text = read(file);
  const to = (path: string) => relative('.', normalize(join(dirname(file), path)));
  return [
    ...[...text.matchAll(IMPORT)].map(([, type, path = '']) => ({
      from: file,
      to: to(path),
      isTypeOnly: type !== undefined,
    })),
    ...[...text.matchAll(DYNAMIC)].map(([, path = '']) => ({ from: file, to: to(path), isTypeOnly: false })),
  ];
}
