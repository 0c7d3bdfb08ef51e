/** Where the receiver tells what it does: never a secret, never a body. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number>>;

const AT_MOST_EVERY_MS = 1_000;

/** Of each warning one line a second at most, and how many were left out: whoever floods us may not flood the log. */
export function sparing(log: Log, nowMs: () => number = Date.now): Log {
  const last = new Map<string, { readonly atMs: number; leftOut: number }>();
  return {
    info: (fields, message) => log.info(fields, message),
    warn(fields, message) {
      const earlier = last.get(message);
      if (earlier && nowMs() - earlier.atMs < AT_MOST_EVERY_MS) {
        earlier.leftOut += 1;
        return;
      }
      last.set(message, { atMs: nowMs(), leftOut: 0 });
      log.warn({ ...fields, ...(earlier?.leftOut ? { leftOut: earlier.leftOut } : {}) }, message);
    },
  };
}
