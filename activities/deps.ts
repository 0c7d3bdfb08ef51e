import type { Ledger } from '../src/ledger/ledger.js';
import type { Standing } from '../src/ledger/transaction.js';
import type { CommonRequest } from '../src/payout/request.js';
import type { View } from '../src/payout/view.js';
import type { Timing } from '../src/payout/timing.js';
import type { Pace } from '../src/providers/pace.js';
import type { Provider, ProviderAccount } from '../src/providers/provider.js';

/** What the steps work with. Comes in by name; there are no singletons. */
export interface Deps {
  readonly ledger: Ledger;
  /** What the ledger was found to be when this process began. Absent: it is asked before anything is written. */
  readonly standing?: Standing;
  /** The accounts that this worker holds credentials for. */
  readonly accounts: readonly ServedAccount[];
  /** Who writes into the ledger, such as host and process. */
  readonly worker: string;
  readonly clock: Clock;
  /** The workflows that drive payouts and watch accounts. Absent: they find out by themselves, later. */
  readonly carriers?: Carriers;
}

/** How a step reaches workflows. Each of these starts the workflow where none runs, and may be said again at any time. */
export interface Carriers {
  /** Tells a payout's carrier where it stands by the ledger. */
  tell(view: View): Promise<void>;
  /** Has a payout's carrier look. */
  nudge(reference: string): Promise<void>;
  /** Has an account's lists watched. */
  watch(provider: string, account: string): Promise<void>;
}

/** One account at one provider, as a worker serves it. */
export interface ServedAccount<R extends CommonRequest = CommonRequest> {
  readonly provider: Provider<R>;
  readonly name: string;
  readonly account: ProviderAccount<R>;
  readonly timing: Timing;
  /** Where the account has a limit of requests: keeps it, with all other workers. */
  readonly pace?: Pace;
  readonly requestsPerSecond?: number;
}

/** The machine's own clocks and patience; the simulation brings others. */
export interface Clock {
  /** Wall clock, epoch milliseconds. */
  wallMs(): number;
  /** Monotonic clock, milliseconds. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
