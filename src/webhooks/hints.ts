import type { Hint } from '../payout/watch-input.js';

/** What a watcher is to be told with its next nudge: each of it once, and no more than a nudge can bring. */
export interface Hints {
  /** `nothing`: it names nobody. */
  keep(watcher: string, hint: Hint): 'kept' | 'merged' | 'full' | 'nothing';
  /** All that was kept for it, which is forgotten by that. */
  take(watcher: string): readonly Hint[];
}

/** Holds as many watchers as are ever named: for few. */
export function createHints(limit: number): Hints {
  const kept = new Map<string, Map<string, Hint>>();
  return {
    keep(watcher, hint) {
      const key = JSON.stringify(hint);
      const own = kept.get(watcher) ?? new Map<string, Hint>();
      if (key === '{}') return 'nothing';
      if (own.has(key)) return 'merged';
      if (own.size >= limit) return 'full';
      kept.set(watcher, own.set(key, hint));
      return 'kept';
    },
    take(watcher) {
      const own = kept.get(watcher);
      kept.delete(watcher);
      return [...(own?.values() ?? [])];
    },
  };
}
