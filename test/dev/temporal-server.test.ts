import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal, type TemporalServer, type TemporalServerOptions } from '../../src/dev/temporal-server.js';
import { isAlive, makeFolder } from './helpers.js';

const MAY_BE_BUILT_FIRST_MS = 600_000;

describe('the Temporal server', { timeout: 30_000 }, () => {
  let binary: string;
  beforeAll(async () => {
    binary = await findTemporal({ log: console.error });
  }, MAY_BE_BUILT_FIRST_MS);

  it('knows what payouts are found by when it is ready, and is gone after stop', async () => {
    // What a shell meant for production may hold.
    vi.stubEnv('TEMPORAL_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
    const server = await start({ binary, namespace: 'payouts-test' });
    const connection = await connect(server);
    const known = await connection.operatorService.listSearchAttributes({ namespace: 'payouts-test' });
    expect(Object.keys(known.customAttributes).sort()).toEqual([
      'PayoutBatch',
      'PayoutProvider',
      'PayoutScheduledAt',
      'PayoutStatus',
      'PayoutWaitingFor',
    ]);
    expect(server).toMatchObject({ namespace: 'payouts-test', uiUrl: undefined });
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  it('shows its UI where it says', async () => {
    const server = await start({ binary, ui: true });
    expect((await fetch(server.uiUrl!)).status).toBe(200);
  });

  it('keeps its workflows when it is killed and started again on the same port and folder', async () => {
    const dataDir = join(await makeFolder(), 'temporal');
    const first = await start({ binary, dataDir });
    const connection = await connect(first);
    const client = new Client({ connection });
    const handle = await client.workflow.start('sleeper', { workflowId: 'kept', taskQueue: 'nobody-listens' });

    first.kill('SIGKILL');
    const second = await start({ binary, dataDir, port: Number(first.address.split(':')[1]) });

    expect(second.address).toBe(first.address);
    expect(second.pid).not.toBe(first.pid);
    expect(await handle.describe()).toMatchObject({ runId: handle.firstExecutionRunId, status: { name: 'RUNNING' } });
    expect(await readdir(dataDir)).toContain('temporal.db-wal');
  });

  it('says what the server said when it does not start', async () => {
    await expect(start({ binary, dynamicConfig: { 'matching.useNewMatcher': '{{' } })).rejects.toMatchObject({
      code: 'server_start',
      message: expect.stringContaining('matching.useNewMatcher') as string,
    });
  });

  it('tells when it ends by itself', async () => {
    const lines: string[] = [];
    const server = await start({ binary, log: (line) => lines.push(line) });
    process.kill(server.pid, 'SIGKILL');
    await expect.poll(() => lines.join()).toContain('the Temporal server ended by itself (SIGKILL)');
  });
});

async function start(options: TemporalServerOptions): Promise<TemporalServer> {
  const server = await startTemporal(options);
  onTestFinished(() => server.stop());
  return server;
}

async function connect(server: TemporalServer): Promise<Connection> {
  const connection = await Connection.connect({ address: server.address });
  onTestFinished(() => connection.close());
  return connection;
}
