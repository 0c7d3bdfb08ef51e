/** How long the simulated payouts stay what they are, milliseconds. */
export interface SandboxTimes {
  readonly createdMs: number;
  /** Without a date. With one, a payout is `ready` until then. */
  readonly readyMs: number;
  readonly pendingMs: number;
  /** From `sent` to `returned`, for a connection `acon_ach_returned…`. */
  readonly returnAfterMs: number;
}

export interface SandboxCreate {
  readonly accountConnection: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly dateMs: number | undefined;
  readonly userData: Readonly<Record<string, unknown>>;
}

export interface SandboxPayout extends SandboxCreate {
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly isCanceled: boolean;
}

/** The recipient's kind, by the name of the account connection. */
export function typeOf({ accountConnection }: SandboxPayout): 'direct' | 'ach' | 'unclaimed' {
  if (accountConnection.startsWith('acon_ach')) return 'ach';
  return accountConnection.startsWith('acon_unclaimed') ? 'unclaimed' : 'direct';
}

export interface SandboxStanding {
  readonly status: 'created' | 'ready' | 'pending' | 'sent' | 'error' | 'returned' | 'canceled';
  /** Why it is in `error`. */
  readonly problem?: string;
}

const CLAIM_MS = 30 * 24 * 60 * 60_000;

/** What Manifest says of a payout at this instant: time alone moves it. */
export function standingOf(payout: SandboxPayout, times: SandboxTimes, nowMs: number): SandboxStanding {
  const { accountConnection, createdAtMs, dateMs = 0 } = payout;
  if (payout.isCanceled) return { status: 'canceled' };
  const readyAtMs = createdAtMs + times.createdMs;
  if (nowMs < readyAtMs) return { status: 'created' };
  const paysAtMs = Math.max(readyAtMs + times.readyMs, dateMs);
  if (nowMs < paysAtMs) return { status: 'ready' };
  const sentAtMs = paysAtMs + times.pendingMs;
  if (nowMs < sentAtMs) return { status: 'pending' };
  if (accountConnection.startsWith('acon_failing'))
    return { status: 'error', problem: 'The transfer did not pass validation.' };
  // What becomes of a payout that nobody claims is not documented. Here it waits as `pending`, and expires as `error`.
  if (typeOf(payout) === 'unclaimed') {
    if (nowMs < createdAtMs + CLAIM_MS) return { status: 'pending' };
    return { status: 'error', problem: 'The recipient did not claim the payout within 30 days.' };
  }
  const comesBack = accountConnection.startsWith('acon_ach_returned');
  return { status: comesBack && nowMs >= sentAtMs + times.returnAfterMs ? 'returned' : 'sent' };
}
