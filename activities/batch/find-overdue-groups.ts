import type { OverdueGroup } from '../../src/payout/group-input.js';
import type { BatchDeps } from './input.js';

/** A batch starts its groups a few at a time: the last ones of a large file are left alone for that long. */
const GRACE_MS = 15 * 60_000;

/** The groups that should have taken a step by now. */
export const findOverdueGroups =
  ({ ledger }: BatchDeps) =>
  (): Promise<readonly OverdueGroup[]> =>
    ledger.transaction((tx) => tx.overdueCarriers(GRACE_MS));
