import { sql } from 'kysely';
import { findOpen } from '../ledger/find-open.js';
import type { PostgresLedger } from '../ledger/ledger.js';
import { readReceiving, type Receiving } from '../webhooks/accounts.js';
import { createReceiver } from '../webhooks/receiver.js';
import { temporalNudge } from '../webhooks/temporal-nudge.js';
import type { FindPayouts } from '../webhooks/waker.js';
import { explainListen } from './explain-listen.js';
import { print, type OutputOptions } from './output.js';
import { openReadOnly } from './payout-reader.js';
import { readNamespace } from './read-namespace.js';
import { connectTemporal, type Env } from './temporal.js';
import { untilAskedToStop } from './until-asked-to-stop.js';
import { createWebhooksLog } from './webhooks-log.js';

export interface RunWebhooksOptions extends OutputOptions {
  readonly host: string;
  readonly port: number;
}

const SIGNAL_WITHIN_MS = 8_000;
const READY_WITHIN_MS = 2_000;

/** Receives until it is asked to stop, then wakes whoever still waits to be woken. */
export async function runWebhooks(env: Env, { host, port, ...options }: RunWebhooksOptions): Promise<void> {
  const receiving = readReceiving(env);
  const asked = untilAskedToStop();
  const temporal = await connectTemporal(env);
  const url = env['PAYOUTS_DATABASE_URL'];
  const ledger = url ? openReadOnly(url) : undefined;
  try {
    await readNamespace(temporal);
    if (ledger) await expectReadable(ledger);
    const log = createWebhooksLog(options);
    const receiver = createReceiver({
      receiving,
      nudge: temporalNudge({
        client: temporal.client,
        taskQueue: temporal.target.taskQueue,
        withinMs: SIGNAL_WITHIN_MS,
      }),
      find: finder(ledger),
      checks: {
        temporal: () => temporal.client.withDeadline(Date.now() + READY_WITHIN_MS, () => readNamespace(temporal)),
        ...(ledger ? { ledger: () => expectReadable(ledger) } : {}),
      },
      log,
    });
    const address = await receiver
      .listen({ host, port })
      .catch((error: unknown) => explainListen(error, { host, port }));
    const routes = receiving.map((one) => ({ provider: one.provider, account: one.account, url: urlOf(address, one) }));
    print(options, { address, webhooks: routes, health: `${address}/health`, ready: `${address}/ready` }, () =>
      [
        `receives webhooks on ${address}`,
        ...routes.map((route) => `  ${route.provider}, account ${route.account}: ${route.url}`),
        `  health: ${address}/health, readiness: ${address}/ready`,
        ...(ledger
          ? []
          : ['  no PAYOUTS_DATABASE_URL: a delivery that names a payout by nothing of ours cannot wake it']),
      ].join('\n'),
    );
    log.info({}, 'running');
    await asked;
    log.info({}, 'stopping: takes no more deliveries, and wakes whoever still waits');
    const isDrained = await receiver.stop();
    log.info({}, isDrained ? 'stopped' : 'stopped; some were not woken, and look by themselves in a while');
  } finally {
    await Promise.all([temporal.connection.close(), ledger?.close()]);
  }
}

const urlOf = (address: string, { provider, account }: Receiving): string =>
  `${address}/webhooks/${provider}${account === 'default' ? '' : `/${account}`}`;

/** Reads the table that the receiver asks: says at the start what the user may not do, and later whether anybody answers. */
async function expectReadable({ db }: PostgresLedger): Promise<void> {
  await sql`select from payouts, claims limit 0`.execute(db);
}

/** Without a ledger nobody knows which payout it is. */
const finder =
  (ledger: PostgresLedger | undefined): FindPayouts =>
  ({ provider, account }, about) =>
    ledger && findOpen(ledger.db, { ...about, provider, account });
