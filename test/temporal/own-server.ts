import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../../src/dev/temporal-server.js';

export interface OwnServer {
  readonly server: TemporalServer;
  /** Every byte that the server has written down. */
  dump(): Promise<Buffer>;
  stop(): Promise<void>;
}

/** A Temporal server that keeps its data in files, for a test that reads what it keeps. */
export async function startOwnServer(): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'payouts-own-server-'));
  const log = () => undefined;
  const server = await startTemporal({ binary: await findTemporal({ log }), dataDir, log });
  return {
    server,
    async dump() {
      const names = await readdir(dataDir);
      return Buffer.concat(await Promise.all(names.map((name) => readFile(join(dataDir, name)))));
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
