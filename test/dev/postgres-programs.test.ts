import { execFileSync } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgresPackage } from '../../src/dev/postgres-package.js';
import { preparePostgres } from '../../src/dev/postgres-programs.js';
import { findRunUser } from '../../src/dev/run-user.js';
import { isRoot, makeFolder } from './helpers.js';

describe("Postgres' programs", { timeout: 40_000 }, () => {
  let home: string;
  let native: string;
  let version: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'payouts-test-'));
    native = join(home, 'native');
    const found = await findPostgresPackage();
    version = found.version;
    await cp(found.native, native, { recursive: true, filter: async (path) => !(await lstat(path)).isSymbolicLink() });
  });
  afterAll(() => rm(home, { recursive: true }));

  it('run where they are when no install script has run, though two need them at once', async () => {
    await chmod(home, 0o755);
    const open = await makeFolder();
    const both = await Promise.all([1, 2].map(() => preparePostgres({ native, version }, findRunUser(), open)));
    for (const { postgres, initdb } of both) {
      expect([postgres, initdb]).toEqual(['postgres', 'initdb'].map((name) => join(native, 'bin', name)));
      expect([postgres, initdb].map(showVersion).join()).toMatch(/^postgres \(PostgreSQL\).*,initdb \(PostgreSQL\)/s);
    }
    expect(await readlink(join(native, 'lib', 'libpq.so.5'))).toMatch(/^libpq\.so\.5\.\d+$/);
    expect(await readdir(open)).toEqual([]);
  });

  it.runIf(isRoot)(
    'run from one whole copy where Postgres may not go, though two need it and half of one is there',
    async () => {
      await chmod(home, 0o700);
      const open = await makeFolder();
      const copy = join(open, `postgres-${version}-${process.platform}-${process.arch}`, 'native');
      await mkdir(join(copy, 'bin'), { recursive: true });
      await cp(join(native, 'bin'), join(copy, 'bin'), { recursive: true });
      const prepare = () => preparePostgres({ native, version }, findRunUser(), open);

      for (const { postgres, initdb } of await Promise.all([prepare(), prepare()])) {
        expect([postgres, initdb]).toEqual(['postgres', 'initdb'].map((name) => join(copy, 'bin', name)));
        expect([postgres, initdb].map(showVersion).join()).toMatch(/^postgres \(PostgreSQL\).*,initdb \(PostgreSQL\)/s);
      }
      expect((await readdir(copy, { recursive: true })).sort()).toEqual(
        (await readdir(native, { recursive: true })).sort(),
      );
      expect((await readdir(open)).length).toBe(1);

      const { ino } = await lstat(copy);
      await prepare();
      expect((await lstat(copy)).ino).toBe(ino);
    },
  );
});

const showVersion = (program: string): string =>
  execFileSync(program, ['--version'], { encoding: 'utf8', cwd: '/', ...findRunUser() });
