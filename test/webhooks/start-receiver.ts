import { onTestFinished } from 'vitest';
import type { Hint } from '../../src/payout/watch-input.js';
import { readReceiving } from '../../src/webhooks/accounts.js';
import type { LogFields } from '../../src/webhooks/log.js';
import type { Heard } from '../../src/webhooks/nudge.js';
import { createReceiver, type ReceiverOptions } from '../../src/webhooks/receiver.js';
import { SECRETS } from './deliveries.js';

/** A receiver on a real port, with a nudge that is written down instead of a Temporal server. */
export async function startReceiver(
  options: Partial<ReceiverOptions> & { readonly answer?: () => Promise<Heard> } = {},
) {
  const { answer = () => Promise.resolve('heard' as const), ...given } = options;
  const nudged: string[] = [];
  const hinted: Hint[] = [];
  const log: string[] = [];
  const tell = (fields: LogFields, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const receiver = createReceiver({
    receiving: readReceiving(SECRETS),
    nudge: {
      payout(reference) {
        nudged.push(reference);
        return answer();
      },
      async watcher(provider, account, hints) {
        nudged.push(`watch ${provider}/${account}`);
        await answer();
        hinted.push(...hints);
      },
    },
    find: () => Promise.resolve([]),
    checks: { temporal: () => Promise.resolve() },
    log: { info: tell, warn: tell },
    drainWithinMs: 300,
    ...given,
  });
  onTestFinished(async () => {
    await receiver.stop();
  });
  const url = await receiver.listen({ host: '127.0.0.1', port: 0 });
  const health = () => fetch(`${url}/health`).then((reply) => reply.json()) as Promise<Health>;
  return { url, receiver, nudged, hinted, log, health };
}

export interface Health {
  readonly deliveries: Readonly<Record<string, number>>;
  readonly wakes: Readonly<Record<string, number>>;
  readonly queue: { readonly waiting: number; readonly underWay: number; readonly limit: number };
  readonly remembered: number;
}
