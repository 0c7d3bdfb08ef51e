/** Numbers in [0, 1) that depend on the seed and the stream alone, so that a run can be repeated. */
export function createRandom(seed: number, stream = 0): () => number {
  // mulberry32. The stream is spread first: neighbouring seeds would start out alike.
  let state = (Math.imul(stream + 1, 0x9e3779b1) ^ seed) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
