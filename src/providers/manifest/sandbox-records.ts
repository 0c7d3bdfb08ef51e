import { randomUUID } from 'node:crypto';
import type { SandboxUpdate } from './sandbox-body.js';
import {
  standingOf,
  type SandboxCreate,
  type SandboxPayout,
  type SandboxStanding,
  type SandboxTimes,
} from './sandbox-payouts.js';

export interface SandboxRecords {
  create(values: SandboxCreate): SandboxPayout;
  find(id: string): SandboxPayout | undefined;
  update(payout: SandboxPayout, change: SandboxUpdate): SandboxPayout;
  standing(payout: SandboxPayout): SandboxStanding;
  /** In the order of creation. */
  all(): readonly SandboxPayout[];
  /** As the lists show them: newest first, and each only once it is visible. */
  listed(accountConnection?: string): readonly SandboxPayout[];
}

/** The simulated payouts. `visibleAfterMs`: how long a new one stays out of the lists. */
export function createSandboxRecords(now: () => number, times: SandboxTimes, visibleAfterMs: number): SandboxRecords {
  const payouts = new Map<string, SandboxPayout>();
  const standing = (payout: SandboxPayout) => standingOf(payout, times, now());
  const keep = (payout: SandboxPayout): SandboxPayout => {
    payouts.set(payout.id, payout);
    return payout;
  };

  return {
    create: (values) =>
      keep({
        ...values,
        // Not numbered: a sandbox that starts again must not give the ids of the last one to others.
        id: `pay_${randomUUID().replaceAll('-', '')}`,
        createdAtMs: now(),
        updatedAtMs: now(),
        isCanceled: false,
      }),
    find: (id) => payouts.get(id),
    update(payout, { cancels, dateMs, ...rest }) {
      // Only effective in `ready`; a cancel also only before the date.
      const isReady = standing(payout).status === 'ready';
      const isBeforeDate = payout.dateMs === undefined || now() < payout.dateMs;
      return keep({
        ...payout,
        ...rest,
        ...(isReady && dateMs !== undefined ? { dateMs } : {}),
        ...(isReady && isBeforeDate && cancels ? { isCanceled: true } : {}),
        updatedAtMs: now(),
      });
    },
    standing,
    all: () => [...payouts.values()],
    listed: (accountConnection) =>
      [...payouts.values()]
        .filter((payout) => payout.createdAtMs + visibleAfterMs <= now())
        .filter((payout) => accountConnection === undefined || payout.accountConnection === accountConnection)
        .toReversed(),
  };
}
