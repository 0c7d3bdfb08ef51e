import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.js';
import { files, read, ROOT } from './sources.js';

const SAME_FILES = ['api', 'config', 'examples', 'index', 'mapping', 'sandbox', 'schemas'];
const tracked = files().filter((file) => existsSync(join(ROOT, file)));
const texts = tracked.filter((file) => !/\.(png|ico)$/.test(file) && file !== 'package-lock.json');
const sources = tracked.filter((file) => /^(src|activities|workflows)\/.*\.ts$/.test(file));

const HANDLES_REQUESTS = /^(activities|workflows|src\/(payout|ledger|providers|worker))\//;

describe('the tree', () => {
  it.each(PROVIDERS.map(({ name }) => name))(
    'has the same file names for %s as for every provider: know one, know all',
    (name) => {
      const missing = SAME_FILES.filter((file) => !existsSync(join(ROOT, 'src/providers', name, `${file}.ts`)));
      expect(missing).toEqual([]);
    },
  );

  it('names no package registry and no folder of a machine: it speaks of the project alone', () => {
    // Cut in two, so that this file does not name them either.
    const hosts = [
      ['registry.npm', 'js.org'],
      ['proxy.gol', 'ang.org'],
      ['/ro', 'ot/'],
      ['/work/', 'main'],
      ['/home', '/user'],
    ].map((parts) => parts.join(''));
    const wrong = texts.flatMap((file) =>
      hosts.filter((host) => read(file).includes(host)).map((host) => `${file}: ${host}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps names: no default exports, no barrels of everything', () => {
    expect(sources.filter((file) => /^export (default|\*)/m.test(read(file)))).toEqual([]);
  });

  it('keeps files small enough to hold one idea', () => {
    expect(sources.filter((file) => read(file).split('\n').length > 320)).toEqual([]);
  });

  it('logs nothing from what handles requests: a step that logs could log a secret', () => {
    const loggers = sources.filter((file) => HANDLES_REQUESTS.test(file) && /\bconsole\./.test(read(file)));
    expect(loggers).toEqual([]);
  });

  it('pins what it depends on, and every package of Temporal to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const all = { ...dependencies, ...devDependencies };
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect(
      new Set(Object.entries(all).flatMap(([name, version]) => (name.startsWith('@temporalio/') ? [version] : [])))
        .size,
    ).toBe(1);
    // Another major is nested beside it, and then replays fail: "type must be a Type".
    expect(dependencies['protobufjs']).toMatch(/^8\./);
  });
});
