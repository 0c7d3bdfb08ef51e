/** What a mutated program shows to whoever looks for its violations. */
export { exhaust, atRandom, shrink } from './explore.js';
export { describe, simulate } from './simulate.js';
