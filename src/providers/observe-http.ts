import { channel } from 'node:diagnostics_channel';
import type { Http, HttpRequest, HttpResult } from './http.js';

/** Where the end of each request is told, for whoever measures. */
export const HTTP_CHANNEL = 'temporal-payouts:http';

/** One request that has ended. Nothing of its ids, its bodies or its headers. */
export interface ObservedRequest {
  readonly baseUrl: string;
  readonly method: HttpRequest['method'];
  readonly route?: string;
  /** `pay` may move money; `change` sets up or changes what is kept; `read` does neither. */
  readonly kind: 'pay' | 'change' | 'read';
  /** The status of the reply, or what became of a request without one. */
  readonly outcome: number | 'unsent' | 'lost';
  readonly durationMs: number;
}

const observers = channel(HTTP_CHANNEL);

/** Tells of each request, where somebody listens. */
export const observed =
  (baseUrl: string, send: Http): Http =>
  async (request) => {
    if (!observers.hasSubscribers) return send(request);
    const startedAt = performance.now();
    const result = await send(request);
    const durationMs = performance.now() - startedAt;
    observers.publish({
      baseUrl,
      method: request.method,
      ...(request.route === undefined ? {} : { route: request.route }),
      kind: kindOf(request),
      outcome: outcomeOf(result),
      durationMs,
    } satisfies ObservedRequest);
    return result;
  };

/** Whoever pays took its permit before, or says that there was none to take. */
const kindOf = ({ method, permit }: HttpRequest): ObservedRequest['kind'] =>
  permit !== undefined ? 'pay' : method === 'GET' ? 'read' : 'change';

const outcomeOf = (result: HttpResult): ObservedRequest['outcome'] =>
  result.kind === 'reply' ? result.status : result.kind;
