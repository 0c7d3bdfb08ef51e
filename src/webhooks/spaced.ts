export interface Spaced {
  /** Runs it at once, or as soon as it may. The last call is never left out: what it saw may be the newest. */
  call(key: string, run: () => void): 'taken' | 'merged';
  /** Runs at once all that would run later. */
  flush(): void;
}

/** Under each key one run in so many milliseconds at most. Holds as many keys as are ever used: for few. */
export function createSpaced(everyMs: number): Spaced {
  const latest = new Map<string, number>();
  const later = new Map<string, { readonly run: () => void; readonly timer: NodeJS.Timeout }>();
  const runNow = (key: string, run: () => void): void => {
    later.delete(key);
    latest.set(key, performance.now());
    run();
  };
  return {
    call(key, run) {
      if (later.has(key)) return 'merged';
      const waitMs = (latest.get(key) ?? -Infinity) + everyMs - performance.now();
      if (waitMs <= 0) runNow(key, run);
      else later.set(key, { run, timer: setTimeout(() => runNow(key, run), waitMs) });
      return 'taken';
    },
    flush() {
      for (const [key, { run, timer }] of later) {
        clearTimeout(timer);
        runNow(key, run);
      }
    },
  };
}
