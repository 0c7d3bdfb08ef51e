import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findOnPath } from '../../src/dev/find-on-path.js';
import { startStack, type Stack } from '../../src/dev/stack.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { isAlive, makeFolder, runScript, sourceFolder, writeProgram } from './helpers.js';

const MAY_BE_BUILT_FIRST_MS = 600_000;

describe('the stack', { timeout: 40_000 }, () => {
  beforeAll(async () => {
    await findTemporal({ log: console.error });
  }, MAY_BE_BUILT_FIRST_MS);

  it('comes back with its data after its process was killed, and ends what that one left', async () => {
    const folder = await makeFolder(0o700);
    const temporary = await makeFolder();
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const script = runScript(`
      import { startStack } from '${sourceFolder}stack.js';
      const { temporal, postgres } = await startStack({ log: () => {}, persistDir: '${folder}' });
      console.log('pids ' + temporal.pid + ' ' + postgres.pid);`);
    const orphans = (await script.line('pids ')).split(' ').map(Number);
    script.child.kill('SIGKILL');
    await script.ended.catch(() => undefined);
    expect(orphans.map(isAlive)).toEqual([true, true]);

    const stack = await start({ persistDir: folder });
    expect(orphans.map(isAlive)).toEqual([false, false]);
    await expect(start({ persistDir: folder })).rejects.toThrow(/postmaster.pid.* already exists/);
    const client = new Client({ connectionString: stack.databaseUrl });
    await client.connect();
    expect((await client.query('SELECT current_database()')).rows).toEqual([{ current_database: 'payouts' }]);
    await client.end();
    const connection = await Connection.connect({ address: stack.temporal.address });
    await connection.close();

    await stack.stop();
    expect([stack.temporal.pid, stack.postgres.pid].map(isAlive)).toEqual([false, false]);
  });

  describe('without a Temporal server', () => {
    let bin: string;
    let temporary: string;
    let env: Record<string, string>;
    beforeEach(async () => {
      bin = join(await makeFolder(), 'bin');
      temporary = await makeFolder();
      await mkdir(bin);
      await symlink((await findOnPath('id', process.env))!, join(bin, 'id'));
      const cache = join(temporary, 'cache');
      env = { TMPDIR: temporary, PATH: bin, PAYOUTS_CACHE_DIR: cache, HTTPS_PROXY: 'http://127.0.0.1:1' };
    });

    it('ends Postgres when none can be had', async () => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      onTestFinished(() => void vi.unstubAllEnvs());
      await expect(start({})).rejects.toMatchObject({ code: 'temporal_not_found' });
      expect(await findClusters(temporary)).toEqual([]);
    });

    it('does not go on building one when Postgres does not start', { timeout: 10_000 }, async () => {
      await writeProgram(join(bin, 'go'), ['/bin/sleep 60']);
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      onTestFinished(() => void vi.unstubAllEnvs());
      const noFolder = join(bin, 'go');
      await expect(start({ persistDir: noFolder })).rejects.toThrow(/ENOTDIR|EEXIST/);
    });

    it('ends Postgres at Ctrl-C while one is being built', async () => {
      await writeProgram(join(bin, 'go'), ['/bin/sleep 60']);
      const script = runScript(
        `import { startStack } from '${sourceFolder}stack.js';
         await startStack({ log: console.log });`,
        { env },
      );
      await script.line('building the Temporal server with Go');
      let pid: number | undefined;
      await expect.poll(async () => (pid = await findRunningPostgres(temporary)), { timeout: 20_000 }).toBeDefined();
      script.child.kill('SIGINT');
      expect(await script.ended).toMatchObject({ code: 130 });
      await expect.poll(() => isAlive(pid!), { timeout: 5_000 }).toBe(false);
    });
  });
});

async function findClusters(temporary: string): Promise<string[]> {
  const folder = join(temporary, `temporal-payouts-${userInfo().uid}`);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.startsWith('postgres-data-')).map((name) => join(folder, name));
}

async function findRunningPostgres(temporary: string): Promise<number | undefined> {
  const [cluster] = await findClusters(temporary);
  const lines = await readFile(join(cluster ?? '', 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  return lines.includes('ready') ? Number(lines.split('\n')[0]) : undefined;
}

async function start(options: { persistDir?: string }): Promise<Stack> {
  const stack = await startStack({ log: () => undefined, ...options });
  onTestFinished(() => stack.stop());
  return stack;
}
