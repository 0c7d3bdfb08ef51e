import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { PayoutsClient } from '../client/payouts-client.js';
import { openLedger, type PostgresLedger } from '../ledger/ledger.js';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { sandboxFactories } from '../sandbox/registry.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { createWorker } from '../worker/create-worker.js';
import { expectAgreement } from './expect-agreement.js';
import { startOwnPostgres, startOwnTemporal, type Stops } from './own-servers.js';

type Env = Readonly<Record<string, string>>;

/** Where your test server is; a `TestWorkflowEnvironment` will do as it is. */
export type TestServer = { readonly namespace?: string | undefined } & (
  { readonly address: string } | { readonly connection: { readonly options: { readonly address: string } } }
);

export interface TestPayoutsOptions {
  /** Your test server, such as `await TestWorkflowEnvironment.createLocal()`. One is started unless given. */
  readonly temporal?: TestServer;
  /** An empty database for the ledger of these tests. A Postgres is started unless given. */
  readonly databaseUrl?: string;
  /** Named accounts that there are credentials for, beside `default`, such as `['us']`. */
  readonly accounts?: readonly string[];
  /** Environment variables that differ from short times and the simulated providers' credentials. */
  readonly env?: Env;
  /** What takes long says so here; nowhere unless given. */
  readonly log?: (line: string) => void;
}

/** Payouts for the tests of your own code: simulated providers, a ledger, and a worker in this process. No money moves. */
export interface TestPayouts {
  /** What your code is configured with: as in production, and only here it leads to the simulated providers. */
  readonly env: Env;
  readonly payouts: PayoutsClient;
  readonly ledger: PostgresLedger;
  /** Simulated providers over HTTP: their journal (`journal()`), and faults to add (`faults.add(…)`). */
  readonly sandbox: Sandbox;
  /** What was really paid agrees with the ledger, payout by payout: nothing twice, nothing unseen. Throws `DisagreementError`. */
  expectAgreement(): Promise<void>;
  stop(): Promise<void>;
}

/** Short, so that tests need not wait. */
const SHORT_TIMES: Env = {
  PAYOUTS_POLL_MS: '200',
  PAYOUTS_SETTLE_MS: '1500',
  PAYOUTS_HTTP_TIMEOUT_MS: '1500',
  PAYOUTS_SEND_BY_MS: '1500',
};

/**
 * Starts all of it, or leaves nothing behind. Throws `NotInstalledError` where a server has to be started and cannot be.
 *
 * @example
 * const test = await startTestPayouts({ temporal: testEnvironment, databaseUrl });
 * const handle = await test.payouts.start(request);
 * expect((await handle.result()).status).toBe('sent');
 * await test.expectAgreement();
 * await test.stop();
 */
export async function startTestPayouts(options: TestPayoutsOptions = {}): Promise<TestPayouts> {
  const { log = () => {}, accounts = [] } = options;
  const stops: Stops = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const temporal: TestServer = options.temporal ?? (await startOwnTemporal(stops, log));
    const databaseUrl = options.databaseUrl ?? (await startOwnPostgres(stops, log));
    const ledger = openLedger({ url: databaseUrl, maxConnections: 5 });
    stops.push(() => ledger.close());
    await ledger.migrate();
    const sandbox = await startSandbox({ providers: sandboxFactories() });
    stops.push(() => sandbox.stop());
    const env = {
      TEMPORAL_ADDRESS: 'address' in temporal ? temporal.address : temporal.connection.options.address,
      TEMPORAL_NAMESPACE: temporal.namespace ?? 'default',
      // What a shell or a configuration file says of another server must not reach this one.
      TEMPORAL_CONFIG_FILE: '',
      TEMPORAL_API_KEY: '',
      TEMPORAL_TLS: '',
      PAYOUTS_TASK_QUEUE: `payouts-test-${randomUUID()}`,
      PAYOUTS_DATABASE_URL: databaseUrl,
      ...withAccounts(sandbox.env, accounts),
      ...SHORT_TIMES,
      ...options.env,
    };
    const payouts = await PayoutsClient.connect(env);
    stops.push(() => payouts.close());
    await prepareNamespace(env.TEMPORAL_ADDRESS, env.TEMPORAL_NAMESPACE);
    const worker = await createWorker({ env, ledger });
    const running = worker.run();
    // Heard of at the end; until then it must not end the process.
    running.catch(() => undefined);
    stops.push(async () => {
      worker.shutdown();
      await running;
    });
    return {
      env,
      payouts,
      ledger,
      sandbox,
      expectAgreement: () => expectAgreement(ledger.db, sandbox.journal()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepareNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await ensureSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}

/** A named account's variables are those of `default` with its name behind: the same simulated provider serves it. */
const withAccounts = (env: Env, accounts: readonly string[]): Env =>
  Object.assign(
    { ...env },
    ...accounts.map((account) =>
      Object.fromEntries(Object.entries(env).map(([name, value]) => [`${name}__${account.toUpperCase()}`, value])),
    ),
  ) as Env;
