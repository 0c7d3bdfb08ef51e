import type { ServedAccount } from '../../activities/deps.js';
import { openLedger } from '../ledger/ledger.js';
import { readFigures } from '../observability/ledger-figures.js';
import { createMetrics } from '../observability/metrics.js';
import { createMetricsServer } from '../observability/server.js';
import { ConfigError } from '../providers/config-error.js';
import { databaseUrl } from './database-url.js';
import { explainListen } from './explain-listen.js';
import type { Env } from './temporal.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface MetricsAddresses {
  readonly ours?: Address;
  /** Where the SDK serves its own, `host:port`. */
  readonly sdk?: string;
}

/** Where metrics are served: --metrics-port, or PAYOUTS_METRICS_ADDRESS; and PAYOUTS_SDK_METRICS_ADDRESS. Throws `ConfigError`. */
export function readMetricsAddresses(env: Env, metricsPort: number | undefined): MetricsAddresses {
  const read = (variable: string): Address | undefined => {
    const text = env[variable];
    if (!text) return undefined;
    const [, host, port = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
    if (host === undefined || Number(port) > 65_535)
      throw new ConfigError(variable, 'has to be an address and a port, such as 127.0.0.1:9464');
    return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
  };
  const ours = metricsPort === undefined ? read(OURS) : { host: '127.0.0.1', port: metricsPort };
  const sdk = read(SDK) && env[SDK];
  return { ...(ours ? { ours } : {}), ...(sdk ? { sdk } : {}) };
}

const OURS = 'PAYOUTS_METRICS_ADDRESS';
const SDK = 'PAYOUTS_SDK_METRICS_ADDRESS';

/** Serves what the worker measures. Reads the ledger over one connection of its own, so that a scrape never waits for a payment. */
export async function startMetrics(env: Env, address: Address, accounts: readonly ServedAccount[]) {
  const ledger = openLedger({ url: databaseUrl(env), maxConnections: 1, connectTimeoutMs: 2_000 });
  const metrics = createMetrics({
    readFigures: () => readFigures(ledger.db),
    accounts: accounts.map(({ provider, name, account }) => ({
      provider: provider.name,
      account: name,
      baseUrl: account.host,
    })),
  });
  const server = createMetricsServer(metrics);
  const stop = async (): Promise<void> => {
    await server.stop();
    await ledger.close();
  };
  const listening = server.listen(address);
  const url = await listening.catch(async (error: unknown) => {
    await stop();
    return explainListen(error, address, { port: '--metrics-port', host: OURS });
  });
  return { url: `${url}/metrics`, stop };
}
