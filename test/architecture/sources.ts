import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The files of the project: what git tracks, and what is new. */
export const files = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: ROOT })
    .toString()
    .split('\n')
    .filter((file) => file !== '' && statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile());

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What runs: the sources without tests, benches and scripts. */
export const sources = (): readonly string[] =>
  files().filter((file) => /^(src|activities|workflows)\/.*\.ts$/.test(file));

/** The part of the layout that a file belongs to, such as `src/payout` or `workflows`. */
export const layerOf = (file: string): string =>
  file.startsWith('src/') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '');

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\[\s\S]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** The code without its comments, which may speak of whatever they like. */
export const withoutComments = (text: string): string =>
  text.replace(TOKEN, (token) => (/^\/[/*]/.test(token) ? ' ' : token));

/** The code without its comments and its texts: names and signs alone. */
export const withoutTexts = (text: string): string =>
  text.replace(TOKEN, (token) => (/^\/[/*]/.test(token) ? ' ' : token.startsWith('`') ? keepHoles(token) : "''"));

/** What stands in the holes of a template is code. */
const keepHoles = (template: string): string =>
  [...template.matchAll(/\$\{([^{}]*)\}/g)].map(([, code = '']) => `(${code})`).join(' ');

export interface Import {
  readonly from: string;
  /** A file of ours by its path in the tree, or a package by its name. */
  readonly to: string;
  readonly isOurs: boolean;
  readonly isTypeOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'/g;

/** Every import, of our own files and of packages. */
export function importsOf(file: string): readonly Import[] {
  const text = withoutComments(read(file));
  const toImport = (path: string, isTypeOnly: boolean): Import => {
    const isOurs = path.startsWith('.');
    const to = isOurs ? relative('.', normalize(join(dirname(file), path))) : packageOf(path);
    return { from: file, to, isOurs, isTypeOnly };
  };
  return [
    ...[...text.matchAll(STATIC)].map(([, type, path = '']) => toImport(path, type !== undefined)),
    ...[...text.matchAll(DYNAMIC)].map(([, path = '']) => toImport(path, false)),
  ];
}

const packageOf = (path: string): string =>
  path.startsWith('node:')
    ? path
    : path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
