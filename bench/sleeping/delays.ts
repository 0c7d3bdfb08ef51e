/** A delay as half of them have at most, and as all but one in a hundred have, seconds. */
export interface Delay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function toDelay(ms: readonly number[]): Delay {
  const sorted = ms.toSorted((a, b) => a - b);
  const rank = (share: number) => inSeconds(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

const inSeconds = (ms: number | undefined): number => Math.round((ms ?? Number.NaN) / 10) / 100;
