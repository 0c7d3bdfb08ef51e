import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/payout/errors.js';
import * as client from '../../src/client/index.js';
import { readManifest, ROOT } from './consumer.js';

const read = (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8');

let text: string;
beforeAll(async () => {
  text = await read('docs/LIBRARY.md');
});

/** The names that a file shows, types too. */
const exportedNames = (source: string): readonly string[] =>
  [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.replace(/\btype\b/, '').trim())
      .filter((name) => name !== ''),
  );

describe('docs/LIBRARY.md', () => {
  it('lists the codes of the errors as they are, and no others', () => {
    const table = text.slice(text.indexOf('| code '), text.indexOf('"Steps" means'));
    const codes = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code);
    expect(codes).toEqual([...ERROR_CODES]);
  });

  it('tells the truth about the classes: each is exported, and called as its code', () => {
    const exported = new Map<string, unknown>(Object.entries(client));
    for (const code of ERROR_CODES) {
      const ErrorClass = exported.get(code) as new (about: string) => client.PayoutsError;
      const thrown = new ErrorClass('why');
      expect(thrown).toBeInstanceOf(client.PayoutsError);
      expect([thrown.code, thrown.name]).toEqual([code, code]);
    }
  });

  it.each([
    ['', 'src/client/index.ts'],
    ['/worker', 'src/worker/index.ts'],
    ['/workflows', 'workflows/index.ts'],
    ['/sandbox', 'src/sandbox/index.ts'],
    ['/testing', 'src/testing/index.ts'],
    ['/tracing', 'src/tracing/index.ts'],
  ])('names everything that temporal-payouts%s exports', async (_subpath, file) => {
    const names = exportedNames(await read(file));
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  it('names every subpath', async () => {
    const { name, exports } = await readManifest();
    const subpaths = Object.keys(exports).filter((path) => path !== './package.json');
    for (const path of subpaths) expect(text).toContain(`| \`${name}${path.slice(1)}\``);
  });

  it('is led to by the README', async () => {
    expect(await read('README.md')).toContain('(docs/LIBRARY.md)');
  });
});
