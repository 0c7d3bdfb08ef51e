/** The simulated payouts and their life, driven by the sandbox's clock alone. */
export interface SandboxTimes {
  /** How long a payout stays `created`, `ready` (without a date) and `pending`, milliseconds. */
  readonly createdMs: number;
  readonly readyMs: number;
  readonly pendingMs: number;
  /** How long after `sent` a payout to a connection `acon_ach_returned…` comes back, milliseconds. */
  readonly returnAfterMs: number;
}

export interface SandboxPayout {
  readonly id: string;
  readonly accountConnection: string;
  readonly amountMinor: number;
  readonly createdAtMs: number;
  dateMs: number | undefined;
  description: string;
  userData: Readonly<Record<string, unknown>>;
  canceledAtMs: number | undefined;
}

export type PayoutType = 'direct' | 'ach' | 'unclaimed';
const UNCLAIMED_DAYS_MS = 30 * 24 * 3_600_000;

/** The recipient's kind, by the name of the account connection. */
export function typeOf({ accountConnection }: SandboxPayout): PayoutType {
  if (accountConnection.startsWith('acon_ach')) return 'ach';
  return accountConnection.startsWith('acon_unclaimed') ? 'unclaimed' : 'direct';
}

/** What Manifest would say of it at this instant. */
export function statusOf(payout: SandboxPayout, times: SandboxTimes, nowMs: number): string {
  if (payout.canceledAtMs !== undefined) return 'canceled';
  const readyAtMs = payout.createdAtMs + times.createdMs;
  if (nowMs < readyAtMs) return 'created';
  const paysAtMs = Math.max(readyAtMs + times.readyMs, payout.dateMs ?? 0);
  if (nowMs < paysAtMs) return 'ready';
  if (payout.accountConnection.startsWith('acon_failing')) return 'error';
  // What becomes of an unclaimed payout is not documented: here it waits as `pending`, and expires as `error`.
  if (typeOf(payout) === 'unclaimed') return nowMs < payout.createdAtMs + UNCLAIMED_DAYS_MS ? 'pending' : 'error';
  const sentAtMs = paysAtMs + times.pendingMs;
  if (nowMs < sentAtMs) return 'pending';
  const comesBack = payout.accountConnection.startsWith('acon_ach_returned');
  return comesBack && nowMs >= sentAtMs + times.returnAfterMs ? 'returned' : 'sent';
}
