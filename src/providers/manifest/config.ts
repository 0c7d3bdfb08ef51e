import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';
import { requestRate, type AccountConfig } from '../request-rate.js';

/** What a worker needs for one account at Manifest. */
export interface ManifestConfig extends AccountConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** How the key travels. Manifest's page about it was not found, so it can be set. */
  readonly auth: 'basic' | 'bearer';
}

const BASE_URL = 'MANIFEST_BASE_URL';
const API_KEY = 'MANIFEST_API_KEY';
const AUTH = 'MANIFEST_AUTH';
const RATE = 'MANIFEST_REQUESTS_PER_SECOND';

/** The Manifest accounts in the environment. Throws `ConfigError`. */
export function readManifestConfig(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ManifestConfig> {
  const accounts = accountsFromEnv(env, { baseUrl: BASE_URL, required: [API_KEY], optional: [AUTH, RATE] });
  return new Map([...accounts].map(([account, values]) => [account, toConfig(account, values)]));
}

function toConfig(account: string, values: Readonly<Record<string, string>>): ManifestConfig {
  const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
  const auth = readAuth(AUTH + suffix, values[AUTH]);
  const apiKey = readKey(API_KEY + suffix, values[API_KEY] ?? '', auth);
  return { baseUrl: values[BASE_URL] ?? '', apiKey, auth, ...requestRate(RATE + suffix, values[RATE]) };
}

function readAuth(variable: string, value = 'basic'): 'basic' | 'bearer' {
  if (value === 'basic' || value === 'bearer') return value;
  throw new ConfigError(variable, 'must be "basic" or "bearer"; leave it out for "basic"');
}

/** Pasted with what surrounds a key in examples, it would be another key, and every payout would wait for the operator. */
function readKey(variable: string, key: string, auth: ManifestConfig['auth']): string {
  if (/\s/.test(key))
    throw new ConfigError(variable, 'must be the key alone, without spaces and without "Basic" or "Bearer"');
  if (auth === 'basic' && key.includes(':'))
    throw new ConfigError(variable, 'must be the key alone; remove the ":", which is added where it is sent');
  return key;
}
