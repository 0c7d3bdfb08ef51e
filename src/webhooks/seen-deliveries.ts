import { createHash } from 'node:crypto';

export interface SeenDeliveries {
  /** Remembers it. True: it was seen `alike` times or more within the window. */
  isRepeat(key: readonly (string | Buffer)[], alike: number): boolean;
  readonly size: number;
}

export interface SeenOptions {
  readonly windowMs: number;
  /** The oldest are forgotten beyond this: then a repeat costs one look more. */
  readonly limit: number;
  readonly nowMs: () => number;
}

/** The latest deliveries, by a digest of what names them: bounded in number, and each of one size. */
export function createSeenDeliveries({ windowMs, limit, nowMs }: SeenOptions): SeenDeliveries {
  const seen = new Map<string, { readonly sinceMs: number; readonly times: number }>();
  /** A map keeps the order in which its keys came, so the oldest are the first. */
  const forget = (now: number): void => {
    for (const [key, { sinceMs }] of seen) {
      if (seen.size <= limit && now - sinceMs <= windowMs) return;
      seen.delete(key);
    }
  };
  return {
    isRepeat(key, alike) {
      const now = nowMs();
      forget(now);
      const digest = digestOf(key);
      const { sinceMs, times } = seen.get(digest) ?? { sinceMs: now, times: 0 };
      seen.set(digest, { sinceMs, times: times + 1 });
      forget(now);
      return times >= alike;
    },
    get size() {
      return seen.size;
    },
  };
}

function digestOf(key: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of key) hash.update(`${part.length} `).update(part);
  return hash.digest('base64');
}
