import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { watchGrowth } from '../../src/dev/folder-growth.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { downloadTemporal } from '../../src/dev/temporal-download.js';
import { isAlive, makeFolder, runScript, sourceFolder, writeProgram, type Script } from './helpers.js';

const CACHED = `temporal-1.5.1-${process.platform}-${process.arch}`;
const RUNS = ['echo "temporal version 1.5.1 (stand-in)"'];

/** Stands in for Go: slow, and its file is only whole at the end. */
const SLOW_GO = [
  'echo $$ >> "$GO_LOG"',
  'echo "go: downloading some/module v1" >&2',
  'echo "#!/bin/sh" > "$GOBIN/temporal"',
  '/bin/sleep "$GO_SLEEPS"',
  'echo "some/package" >&2',
  `echo '${RUNS[0]}' >> "$GOBIN/temporal"`,
];

describe('findTemporal', { timeout: 20_000 }, () => {
  let bin: string;
  let cache: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    const folder = await makeFolder();
    bin = join(folder, 'bin');
    cache = join(folder, 'cache');
    await mkdir(bin);
    // Nothing but ours on PATH, and no download: the proxy refuses at once.
    env = { PATH: bin, PAYOUTS_CACHE_DIR: cache, HTTPS_PROXY: 'http://127.0.0.1:1' };
    Object.assign(env, { GO_LOG: join(folder, 'go.log'), GO_SLEEPS: '1' });
  });

  it('takes the one on PATH', async () => {
    const own = await writeProgram(join(bin, 'temporal'), RUNS);
    expect(await findTemporal({ log: failOnLine, env })).toBe(own);
  });

  it.each(['exit 1', 'echo "another program of this name"'])(
    'passes over %s on PATH, and takes the cached one',
    async (code) => {
      await writeProgram(join(bin, 'temporal'), [code]);
      await mkdir(cache);
      const cached = await writeProgram(join(cache, CACHED), RUNS);
      const lines: string[] = [];
      expect(await findTemporal({ log: (line) => lines.push(line), env })).toBe(cached);
      expect(lines).toEqual([expect.stringContaining('does not run')]);
    },
  );

  it('builds once when two processes need it at once, and leaves one whole file', async () => {
    await writeProgram(join(bin, 'go'), SLOW_GO);
    Object.assign(env, { GO_SLEEPS: '2.5' });
    const both = [findInProcess(env), findInProcess(env)];
    const outputs = (await Promise.all(both.map((one) => one.ended))).map((end) => end.output);
    for (const output of outputs) expect(output).toContain(`found ${join(cache, CACHED)}\n`);
    expect(outputs.join()).toContain('building the Temporal server with Go');
    expect(outputs.join()).toContain('another process is getting the Temporal server: waiting for it');
    expect((await goPids(env)).length).toBe(1);
    expect(await readdir(cache)).toEqual([CACHED]);
    expect(await readFile(join(cache, CACHED), 'utf8')).toContain(RUNS[0]);
  });

  it('replaces a broken file in the cache', async () => {
    await writeProgram(join(bin, 'go'), SLOW_GO);
    Object.assign(env, { GO_SLEEPS: '0' });
    await mkdir(cache);
    await writeFile(join(cache, CACHED), 'half a fi', { mode: 0o755 });
    expect(await findTemporal({ log: () => undefined, env })).toBe(join(cache, CACHED));
    expect(await readFile(join(cache, CACHED), 'utf8')).toContain(RUNS[0]);
  });

  it('ends the build and leaves nothing at Ctrl-C', async () => {
    await writeProgram(join(bin, 'go'), SLOW_GO);
    Object.assign(env, { GO_SLEEPS: '60' });
    const script = findInProcess(env);
    await expect.poll(() => goPids(env), { timeout: 10_000 }).toHaveLength(1);
    script.child.kill('SIGINT');
    expect(await script.ended).toMatchObject({ code: 130 });
    expect((await goPids(env)).map(isAlive)).toEqual([false]);
    expect(await readdir(cache)).toEqual([]);
  });

  it('does not wait for one that died, and clears up after it', async () => {
    await writeProgram(join(bin, 'go'), SLOW_GO);
    Object.assign(env, { GO_SLEEPS: '60' });
    const script = findInProcess(env);
    await expect.poll(() => goPids(env), { timeout: 10_000 }).toHaveLength(1);
    script.child.kill('SIGKILL');
    await script.ended;
    expect((await readdir(cache)).length).toBe(2);
    for (const pid of await goPids(env)) process.kill(-pid, 'SIGKILL');

    await findTemporal({ log: () => undefined, env: { ...env, GO_SLEEPS: '0' } });
    expect(await readdir(cache)).toEqual([CACHED]);
  });

  it('says what to do when nothing can be had', async () => {
    const error = await findTemporal({ log: () => undefined, env }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'temporal_not_found', name: 'TemporalNotFoundError' });
    const { message } = error as Error;
    expect(message).toContain('download: the download did not work');
    expect(message).toContain('build: Go is not on PATH');
    expect(message).toContain('install the Temporal CLI');
    expect(message).toContain('install Go');
    expect(message).toContain(cache);
  });

  it('shows what Go said when it does not build', async () => {
    await writeProgram(join(bin, 'go'), ['echo "go: no space left" >&2', 'exit 1']);
    await expect(findTemporal({ log: () => undefined, env })).rejects.toThrow('go: no space left');
  });

  it('does not use a build that does not run', async () => {
    await writeProgram(join(bin, 'go'), ['echo nothing > "$GOBIN/temporal"']);
    await expect(findTemporal({ log: () => undefined, env })).rejects.toThrow('what came does not run');
    expect(await readdir(cache)).toEqual([]);
  });
});

describe('the download', { timeout: 20_000 }, () => {
  it('is cut off when nothing arrives', async () => {
    const { port, connections } = await startSilentProxy();
    const startedAt = Date.now();
    const result = await downloadTemporal(
      {
        folder: await makeFolder(),
        env: { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${port}` },
        log: () => undefined,
        signal: new AbortController().signal,
      },
      3_000,
    );
    expect(result).toEqual({ kind: 'not_obtained', reason: 'nothing of the download arrived for 3 s' });
    expect(Date.now() - startedAt).toBeLessThan(6_000);
    expect(connections.length).toBe(1);
    await expect.poll(() => connections[0]!.closed).toBe(true);
  });

  it('may be slow as long as something arrives', async () => {
    const folder = await makeFolder();
    let isStalled = false;
    const growth = watchGrowth(folder, 900, () => (isStalled = true));
    onTestFinished(() => growth.stop());
    for (let n = 1; n <= 4; n++) {
      await writeFile(join(folder, 'temporal.downloading'), 'x'.repeat(n));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(isStalled).toBe(false);
    }
    expect(growth.bytes()).toBe(4);
    await expect.poll(() => isStalled, { timeout: 3_000 }).toBe(true);
  });
});

const failOnLine = (line: string): never => {
  throw new Error(`nothing was to be said, but: ${line}`);
};

function findInProcess(env: NodeJS.ProcessEnv): Script {
  return runScript(
    `import { findTemporal } from '${sourceFolder}temporal-binary.js';
     console.log('found ' + await findTemporal({ log: console.log }));`,
    { env },
  );
}

async function goPids(env: NodeJS.ProcessEnv): Promise<number[]> {
  const text = await readFile(env['GO_LOG']!, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Takes connections and never says a word, as a firewall may. */
async function startSilentProxy(): Promise<{ port: number; connections: Socket[] }> {
  const connections: Socket[] = [];
  const proxy = createServer((socket) => {
    connections.push(socket.on('error', () => undefined));
    socket.resume();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    connections.forEach((socket) => socket.destroy());
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, connections };
}
