import type { FaultKind } from './fault-spec.js';

/** One HTTP request that reached the sandbox. */
export interface LoggedRequest {
  readonly provider: string;
  /** The route id, or method and path where no route matches. */
  readonly route: string;
  /** When it arrived, milliseconds since the epoch by the sandbox's clock. */
  readonly atMs: number;
  /** The status of the reply; absent where none was sent. */
  readonly status?: number;
  readonly fault?: FaultKind;
  readonly idempotencyKey?: string;
}

export interface RequestLog {
  /** Opens an entry when the request arrives; the returned function closes it with what became of it. */
  open(arrival: Pick<LoggedRequest, 'provider' | 'route' | 'atMs' | 'idempotencyKey'>): (end: RequestEnd) => void;
  /** The latest requests in the order of arrival, oldest first. */
  entries(): LoggedRequest[];
}

type RequestEnd = Pick<LoggedRequest, 'status' | 'fault'>;

/** Keeps the latest `limit` requests, so that a sandbox left running for days does not grow. */
export function createRequestLog(limit = 10_000): RequestLog {
  const log: { entry: LoggedRequest }[] = [];
  return {
    open(arrival) {
      const row = { entry: arrival as LoggedRequest };
      log.push(row);
      if (log.length > limit) log.shift();
      return (end) => {
        row.entry = { ...row.entry, ...end };
      };
    },
    entries: () => log.map(({ entry }) => entry),
  };
}
