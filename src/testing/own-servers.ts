import type { Log } from '../dev/progress.js';

/** What has to be stopped at the end, the last first. */
export type Stops = (() => Promise<unknown>)[];

/** Loaded only where they are needed: what they start is not installed with the library. */
export async function startOwnTemporal(stops: Stops, log: Log): Promise<{ readonly address: string }> {
  const [{ findTemporal }, { startTemporal }] = await Promise.all([
    import('../dev/temporal-binary.js'),
    import('../dev/temporal-server.js'),
  ]);
  const server = await startTemporal({ binary: await findTemporal({ log }), log });
  stops.push(() => server.stop());
  return server;
}

export async function startOwnPostgres(stops: Stops, log: Log): Promise<string> {
  const { startPostgres } = await import('../dev/postgres.js');
  // What it writes has to outlive no power cut.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const postgres = await startPostgres({ log, settings });
  stops.push(() => postgres.stop());
  return postgres.createDatabase('payouts');
}
