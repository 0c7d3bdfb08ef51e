const LEAST_MS = 10_000;
/** At most one twentieth of the time is spent on reading, however large it grows. */
const SHARE = 20;

/** The same read for all who ask within some seconds; the longer it takes, the longer it serves. What was refused is asked anew. */
export function sparingly<T>(read: () => Promise<T>, nowMs: () => number = Date.now): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (kept && nowMs() < untilMs) return kept;
    const startedAtMs = nowMs();
    untilMs = Number.POSITIVE_INFINITY;
    kept = read().then(
      (value) => {
        untilMs = nowMs() + Math.max(LEAST_MS, SHARE * (nowMs() - startedAtMs));
        return value;
      },
      (error: unknown) => {
        untilMs = 0;
        throw error;
      },
    );
    return kept;
  };
}
