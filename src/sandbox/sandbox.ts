import { createFaultPlan, type FaultPlan } from './faults.js';
import type { Payment, SandboxDelivery, SandboxFactory, SandboxProvider } from './provider.js';
import { createRequestLog, type LoggedRequest } from './request-log.js';
import { serveProvider, type ProviderServer } from './serve-provider.js';

export interface SandboxOptions {
  readonly providers: readonly SandboxFactory[];
  /** The first provider's port, the next one's is one higher, and so on. Unless given: any that are free. */
  readonly port?: number;
  /** The providers' clock, milliseconds since the epoch. */
  readonly now?: () => number;
  /** Makes faults by probability repeatable. */
  readonly seed?: number;
  /** How many of the latest requests the log keeps. */
  readonly requestsKept?: number;
}

/** Simulated providers on real ports, with the journal of what they really paid. */
export interface Sandbox {
  /** The environment that points a worker at every provider here, made-up credentials included. */
  readonly env: Readonly<Record<string, string>>;
  readonly providers: readonly string[];
  readonly seed: number;
  readonly faults: FaultPlan;
  baseUrl(provider: string): string;
  /** The ids of a provider's routes that move money, the ordinary one first. */
  payingRoutes(provider: string): readonly string[];
  /** Every payment really made, oldest first. */
  journal(): Payment[];
  /** The latest requests in the order of arrival. */
  requests(): LoggedRequest[];
  /** A provider's webhook deliveries that became due since this was last asked. */
  deliveries(provider: string): readonly SandboxDelivery[];
  /** Closes a provider's port: connections are refused, those that are open break. */
  refuse(provider: string): Promise<void>;
  accept(provider: string): Promise<void>;
  /** Ends at once, hanging requests too; a request that was delayed takes no effect any more. */
  stop(): Promise<void>;
}

/** Starts every provider's simulated API on its own port, so that one of them can refuse connections alone. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const seed = options.seed ?? 1;
  const providers = options.providers.map((create) => create({ now }));
  const faults = createFaultPlan(seed, routesOf(providers));
  const log = createRequestLog(options.requestsKept);
  const servers = await serveAll(providers, (index) => ({
    faults,
    log,
    now,
    port: options.port ? options.port + index : 0,
  }));
  const server = (provider: string) => servers.get(provider) ?? expectKnown(provider, servers);

  return {
    env: Object.assign({}, ...providers.map((provider) => provider.env(server(provider.name).baseUrl))) as Record<
      string,
      string
    >,
    providers: [...servers.keys()],
    seed,
    faults,
    baseUrl: (provider) => server(provider).baseUrl,
    payingRoutes: (name) => providers.find((provider) => provider.name === name)?.payingRoutes ?? [],
    journal: () =>
      providers.flatMap((provider) => provider.payments()).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    requests: () => log.entries(),
    deliveries: (name) => providers.find((provider) => provider.name === name)?.deliveries?.() ?? [],
    refuse: async (provider) => server(provider).refuse(),
    accept: async (provider) => server(provider).accept(),
    stop: async () => {
      await stopAll(servers);
    },
  };
}

async function serveAll(
  providers: readonly SandboxProvider[],
  around: (index: number) => Parameters<typeof serveProvider>[1],
): Promise<ReadonlyMap<string, ProviderServer>> {
  const servers = new Map<string, ProviderServer>();
  try {
    for (const [index, provider] of providers.entries()) {
      servers.set(provider.name, await serveProvider(provider, around(index)));
    }
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  return servers;
}

const stopAll = async (servers: ReadonlyMap<string, ProviderServer>): Promise<void> => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
};

function routesOf(providers: readonly SandboxProvider[]): ReadonlyMap<string, readonly string[]> {
  const routes = new Map(providers.map((provider) => [provider.name, provider.routes.map(({ id }) => id)]));
  if (routes.size < providers.length) throw new Error('two providers of this sandbox have the same name');
  return routes;
}

function expectKnown(provider: string, servers: ReadonlyMap<string, ProviderServer>): never {
  throw new Error(`the sandbox has no provider "${provider}"; it has ${[...servers.keys()].join(', ')}`);
}
