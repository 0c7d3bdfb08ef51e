import type { Next, Ruling } from './decide.js';
import type { Facts } from './facts.js';
import type { Status, WaitingFor } from './status.js';

/** A ruling that rests on what was known before: it brings no sight of the provider's records, and breaks nothing. */
export const ruling = (facts: Facts, status: Status, waitingFor: WaitingFor, evidence: string, next: Next): Ruling => ({
  status,
  waitingFor,
  evidence,
  isBreak: false,
  seen: null,
  next,
});
