import { mkdir, readdir, symlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findOnPath } from '../../src/dev/find-on-path.js';
import { startStack, type Stack } from '../../src/dev/stack.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { isAlive, makeFolder, runScript, sourceFolder } from './helpers.js';

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
    const client = new Client({ connectionString: stack.databaseUrl });
    await client.connect();
    expect((await client.query('SELECT current_database()')).rows).toEqual([{ current_database: 'payouts' }]);
    await client.end();
    const connection = await Connection.connect({ address: stack.temporal.address });
    await connection.close();

    await stack.stop();
    expect([stack.temporal.pid, stack.postgres.pid].map(isAlive)).toEqual([false, false]);
  });

  it('leaves nothing running when one of the two does not start', async () => {
    const bin = join(await makeFolder(), 'bin');
    const temporary = await makeFolder();
    await mkdir(bin);
    await symlink((await findOnPath('id', process.env))!, join(bin, 'id'));
    for (const [name, value] of Object.entries({
      TMPDIR: temporary,
      PATH: bin,
      PAYOUTS_CACHE_DIR: join(temporary, 'cache'),
      HTTPS_PROXY: 'http://127.0.0.1:1',
    })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(start({})).rejects.toMatchObject({ code: 'temporal_not_found' });
    // While it runs, Postgres has a folder there.
    const left = await readdir(join(temporary, `temporal-payouts-${userInfo().uid}`));
    expect(left.filter((name) => name.startsWith('postgres-data-'))).toEqual([]);
  });
});

async function start(options: { persistDir?: string }): Promise<Stack> {
  const stack = await startStack({ log: () => undefined, ...options });
  onTestFinished(() => stack.stop());
  return stack;
}
