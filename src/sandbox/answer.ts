import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultSpec } from './fault-spec.js';
import type { SandboxReply } from './provider.js';

/** What the client gets to see of a request. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly dripMs?: number;
    }
  /** The connection breaks. */
  | { readonly kind: 'broken' }
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'silence' };

/** Makes the effect, unless the fault forbids it, and says what the client sees. `stopping` ends a delay without effect. */
export async function answer(
  perform: () => SandboxReply,
  fault: FaultSpec | undefined,
  stopping: AbortSignal,
): Promise<Answer> {
  if (!fault) return toAnswer(perform());
  switch (fault.kind) {
    case 'no_connection':
      return { kind: 'broken' };
    case 'reply_lost':
      perform();
      return { kind: 'broken' };
    case 'error_before':
      return gatewayPage(fault.status ?? 500);
    case 'error_after':
      perform();
      return gatewayPage(fault.status ?? 500);
    case 'rate_limited':
      if (fault.afterEffect) perform();
      return injected(429);
    case 'never_answers':
      if (fault.afterEffect) perform();
      return { kind: 'silence' };
    case 'garbage_body':
      return { ...toAnswer(perform()), body: '{"id": "pay_<html>' };
    case 'slow':
      return slowly(perform, fault, stopping);
    case 'status':
      if (fault.afterEffect) perform();
      return injected(fault.status ?? 500);
    default:
      return fault.kind satisfies never;
  }
}

type Reply = Extract<Answer, { kind: 'reply' }>;

/** Waiting before the effect plays a request that arrives late: it is handled even if its client has long given up. */
async function slowly(perform: () => SandboxReply, { afterEffect, delayMs = 0 }: FaultSpec, stopping: AbortSignal) {
  if (afterEffect) return { ...toAnswer(perform()), dripMs: delayMs };
  try {
    await sleep(delayMs, undefined, { signal: stopping });
  } catch {
    return { kind: 'broken' } as const;
  }
  return toAnswer(perform());
}

const JSON_TYPE = 'application/json; charset=utf-8';

const toAnswer = ({ status, json }: SandboxReply): Reply => ({
  kind: 'reply',
  status,
  contentType: JSON_TYPE,
  body: json === undefined ? '' : JSON.stringify(json),
});

const injected = (status: number): Reply =>
  toAnswer({ status, json: { message: `injected by the sandbox: status ${status}` } });

/** What stands before a real provider answers in HTML, whatever the API speaks. */
const gatewayPage = (status: number): Reply => ({
  kind: 'reply',
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<html><body><h1>${status}</h1></body></html>\n`,
});
