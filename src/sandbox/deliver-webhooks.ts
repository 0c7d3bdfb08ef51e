import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from './sandbox.js';

export interface DeliverOptions {
  /** Where `payouts webhooks` listens. */
  readonly to: string;
  /** How often the providers are asked for news, milliseconds. */
  readonly everyMs?: number;
}

const EVERY_MS = 100;
/** Respondent waits no longer for an answer. */
const ANSWER_WITHIN_MS = 3_000;

/** Delivers what the simulated providers have to say, each delivery once: what is lost is not sent again. */
export function deliverWebhooks(
  sandbox: Sandbox,
  { to, everyMs = EVERY_MS }: DeliverOptions,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const deliver = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      for (const provider of sandbox.providers)
        for (const { headers, body } of sandbox.deliveries(provider)) {
          const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
          const sent = fetch(`${to}/webhooks/${provider}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body,
            signal,
          });
          await sent.then((reply) => reply.arrayBuffer()).catch(() => undefined);
        }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const delivering = deliver();
  return {
    async stop() {
      stopping.abort();
      await delivering;
    },
  };
}
