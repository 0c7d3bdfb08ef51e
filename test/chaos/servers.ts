import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../src/dev/free-port.js';
import { startPostgres } from '../../src/dev/postgres.js';
import { startTemporal, type TemporalServer } from '../../src/dev/temporal-server.js';
import type { Guard } from './guard.js';
import type { Log } from './options.js';

/** A server that can be killed, and comes back on the same port with what it had written down. */
export interface KillableServer {
  readonly address: string;
  /** SIGKILL, then a start on the same port and data. Settles when it answers again. */
  crash(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

const START_TRIES = 5;

/** The dev server with a database in a file: in memory it would forget everything with its process. */
export async function startKillableTemporal(
  binary: string,
  dataDir: string,
  guard: Guard,
  log: Log,
): Promise<KillableServer> {
  const port = await findFreePort();
  const start = async (): Promise<TemporalServer> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const started = await startTemporal({ binary, dataDir, port, log });
        guard.watch(started.pid);
        return started;
      } catch (error) {
        if (tries === START_TRIES) throw error;
        log(`chaos: the Temporal server did not start (${String(error)}), again`);
        await sleep(1_000);
      }
    }
  };
  const end = async (): Promise<void> => {
    server.kill('SIGKILL');
    await server.stop();
    guard.forget(server.pid);
  };
  let server = await start();
  return {
    address: server.address,
    async crash(downMs) {
      await end();
      await sleep(downMs);
      server = await start();
    },
    stop: end,
  };
}

/** With `fsync` as in production: what a killed one has committed has to be there when it comes back. */
export async function startKillablePostgres(guard: Guard, log: Log): Promise<KillableServer> {
  const postgres = await startPostgres({ settings: { max_connections: '300' }, log });
  guard.watch(postgres.pid);
  return {
    address: await postgres.createDatabase('payouts'),
    async crash(downMs) {
      const backends = childrenOf(postgres.pid);
      guard.forget(postgres.pid);
      postgres.kill('SIGKILL');
      for (const pid of backends) killIfThere(pid);
      await sleep(downMs);
      await postgres.restart();
      guard.watch(postgres.pid);
    },
    async stop() {
      await postgres.stop();
      guard.forget(postgres.pid);
    },
  };
}

/** Postgres has a process for each connection; a power cut would take them all. On Linux only; elsewhere they end by themselves. */
function childrenOf(parent: number): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) =>
      /^\d+$/.test(name) && parentOf(name) === parent ? [Number(name)] : [],
    );
  } catch {
    return [];
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
