import { join } from 'node:path';
import { startPostgres, type Postgres } from './postgres.js';
import type { Log } from './progress.js';
import { findTemporal } from './temporal-binary.js';
import { startTemporal, type TemporalServer } from './temporal-server.js';

export interface StackOptions {
  readonly log: Log;
  readonly ui?: boolean | undefined;
  /** Where both keep their data; without it nothing outlives the stack. */
  readonly persistDir?: string | undefined;
}

export interface Stack {
  readonly temporal: TemporalServer;
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  /** To be called on Ctrl-C too: the servers do not get it themselves, so that workers can end in order before them. */
  stop(): Promise<void>;
}

/** A Temporal server and a Postgres of our own, whatever is set in the environment. Both are up, or none is left. */
export async function startStack({ log, ui, persistDir }: StackOptions): Promise<Stack> {
  const below = (name: string) => (persistDir === undefined ? undefined : join(persistDir, name));
  const failed = new AbortController();
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  /** A failure of one ends the wait for the other, which may be building for minutes. */
  const partly = async <T extends { stop(): Promise<void> }>(start: Promise<T>): Promise<T> => {
    try {
      const server = await start;
      started.push(server);
      return server;
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  };
  const findAndStart = async () => {
    const binary = await findTemporal({ log, signal: failed.signal });
    // Postgres locks its folder, Temporal does not: a second stack on the same data must end there.
    if (persistDir !== undefined) await postgresUp;
    failed.signal.throwIfAborted();
    return startTemporal({ binary, ui, dataDir: below('temporal'), log });
  };
  const postgresUp = partly(startPostgres({ dataDir: below('postgres'), log }));
  const temporalUp = partly(findAndStart());

  await Promise.allSettled([postgresUp, temporalUp]);
  try {
    const [postgres, temporal] = await Promise.all([postgresUp, temporalUp]);
    return { temporal, postgres, databaseUrl: await postgres.createDatabase('payouts'), stop };
  } catch (error) {
    await stop();
    throw failed.signal.aborted ? failed.signal.reason : error;
  }
}
