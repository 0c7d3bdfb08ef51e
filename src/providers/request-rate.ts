import { ConfigError } from './config-error.js';

/** What every provider's account has beside its own settings. */
export interface AccountConfig {
  /** The most requests that all workers together may make in any second. Absent: no limit. */
  readonly requestsPerSecond?: number;
}

/** The limit that is configured, else the one that the provider documents, else none. Throws `ConfigError`. */
export function requestRate(variable: string, text: string | undefined, documented?: number): AccountConfig {
  if (text === undefined) return documented === undefined ? {} : { requestsPerSecond: documented };
  const requestsPerSecond = Number(text);
  if (/^\d{1,4}(\.\d{1,4})?$/.test(text) && requestsPerSecond > 0) return { requestsPerSecond };
  throw new ConfigError(variable, 'must be a number of requests above 0 and below 10000, such as 20 or 0.5');
}
