import type { Kysely } from 'kysely';
import type { ServedAccount } from '../../activities/deps.js';
import { createRequestPermits } from '../ledger/request-permits.js';
import type { Timing } from '../payout/timing.js';
import type { Pace } from '../providers/pace.js';
import { PROVIDERS } from '../providers/registry.js';
import { createPace } from './pace.js';
import { readTiming } from './timing.js';

/**
 * Every account that the environment holds credentials for. With a ledger, over which all workers share it, each account's limit of
 * requests is kept; without one it is not, as for a single harmless read. Throws `ConfigError` where an account is incomplete.
 */
export function readServedAccounts(
  env: Readonly<Record<string, string | undefined>>,
  ledger?: { readonly db: Kysely<unknown> },
): readonly ServedAccount[] {
  return PROVIDERS.flatMap((provider) => {
    const timing = readTiming(env, provider);
    return [...provider.readConfig(env)].map(([name, config]) => {
      const { requestsPerSecond } = config;
      const pace =
        ledger && requestsPerSecond && paceOf(ledger.db, `${provider.name}/${name}`, requestsPerSecond, timing);
      const account = provider.connect(config, { httpTimeoutMs: timing.httpTimeoutMs, ...(pace ? { pace } : {}) });
      return { provider, name, timing, account, ...(pace ? { pace, requestsPerSecond } : {}) };
    });
  });
}

/** From the permit of a paying request to its transaction, which has `send_by` from there on. */
const MARGIN_MS = 5_000;

const paceOf = (
  db: Kysely<unknown>,
  account: string,
  requestsPerSecond: number,
  { sendByMs, httpTimeoutMs }: Timing,
): Pace =>
  createPace(createRequestPermits(db), {
    account,
    requestsPerSecond,
    usableMs: sendByMs + MARGIN_MS,
    requestMs: httpTimeoutMs,
  });
