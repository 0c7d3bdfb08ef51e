import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../dev/environment.js';
import type { PayoutRequest } from '../../payout/request.js';
import type { Show } from '../../payout/show.js';

/** Loses the reply to the first payment of each provider, pays the rest, cancels what is scheduled, and waits for every end. */
export async function payAll(
  { payouts, sandbox }: Environment,
  requests: readonly PayoutRequest[],
): Promise<readonly Show[]> {
  const firsts = requests.filter((request, index) => requests.findIndex(sameProvider(request)) === index);
  for (const { provider } of firsts)
    sandbox.faults.add({ provider, route: payingRoute(sandbox, provider), kind: 'reply_lost' });
  for (const request of firsts) await payouts.start(request);
  await until(() => sandbox.requests().filter(({ fault }) => fault === 'reply_lost').length === firsts.length);

  for (const request of requests) if (!firsts.includes(request)) await payouts.start(request);
  for (const { reference } of requests.filter(({ scheduledAt }) => scheduledAt !== undefined)) {
    const handle = payouts.getHandle(reference);
    await until(async () => (await handle.status()).status === 'ready');
    await handle.cancel({ by: 'the demo', reason: 'to show that a scheduled payout can be canceled' });
  }
  return Promise.all(requests.map(({ reference }) => payouts.getHandle(reference).result()));
}

const sameProvider = (request: PayoutRequest) => (other: PayoutRequest) => other.provider === request.provider;

/** The route of the call that moves money, by the provider's simulated API. */
function payingRoute({ payingRoutes }: Environment['sandbox'], provider: string): string {
  const route = payingRoutes(provider)[0];
  if (route === undefined) throw new Error(`the sandbox of ${provider} names no paying route`);
  return route;
}

const PATIENCE_MS = 20_000;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const startedAt = Date.now(); !(await isSo()); await sleep(50))
    if (Date.now() - startedAt > PATIENCE_MS) throw new Error('the demo waited too long for the simulated providers');
}
