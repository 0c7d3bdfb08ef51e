import type { Timing } from '../payout/timing.js';
import { ConfigError } from '../providers/config-error.js';
import type { Provider } from '../providers/provider.js';
import type { CommonRequest } from '../payout/request.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Environment variables by name; `PAYOUTS_<PROVIDER>_…` says it for one provider only. */
const DEFAULTS_MS: { readonly [name: string]: readonly [keyof Timing, number] } = {
  HTTP_TIMEOUT_MS: ['httpTimeoutMs', 30 * SECOND],
  SEND_BY_MS: ['sendByMs', 10 * SECOND],
  SETTLE_MS: ['settleMs', 5 * MINUTE],
  POLL_MS: ['pollMs', 5 * SECOND],
  KEY_WINDOW_MS: ['keyWindowMs', HOUR],
  OPERATOR_RETRY_MS: ['operatorRetryMs', 30 * MINUTE],
  RETURN_WINDOW_MS: ['returnWindowMs', 10 * DAY],
  WATCH_MS: ['watchMs', MINUTE],
  FALLBACK_MS: ['fallbackMs', 7 * DAY],
};

type Env = Readonly<Record<string, string | undefined>>;

/** The times for one provider. Throws `ConfigError` naming the variable that is not a whole number of milliseconds. */
export function readTiming(env: Env, { name, settleMs }: Provider<CommonRequest>): Timing {
  const entries = Object.entries(DEFAULTS_MS).map(([variable, [field, byDefault]]) => {
    const own = `PAYOUTS_${name.toUpperCase()}_${variable}`;
    const general = `PAYOUTS_${variable}`;
    const fallback = field === 'settleMs' ? settleMs : byDefault;
    return [field, readMs(env, own) ?? readMs(env, general) ?? fallback] as const;
  });
  return Object.fromEntries(entries) as unknown as Timing;
}

function readMs(env: Env, variable: string): number | undefined {
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new ConfigError(variable, `has to be a whole number of milliseconds above 0, for example 30000`);
  return value;
}
