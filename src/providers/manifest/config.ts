import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';

/** What a worker needs for one account at Manifest. */
export interface ManifestConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** How the key travels. Manifest's page about it was not found, so it can be set. */
  readonly auth: 'basic' | 'bearer';
}

const BASE_URL = 'MANIFEST_BASE_URL';
const API_KEY = 'MANIFEST_API_KEY';
const AUTH = 'MANIFEST_AUTH';

/** The Manifest accounts in the environment. Throws `ConfigError`. */
export function readManifestConfig(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ManifestConfig> {
  const accounts = accountsFromEnv(env, { baseUrl: BASE_URL, required: [API_KEY], optional: [AUTH] });
  return new Map(
    [...accounts].map(([account, values]) => {
      const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
      const auth = readAuth(AUTH + suffix, values[AUTH]);
      return [account, { baseUrl: values[BASE_URL] ?? '', apiKey: values[API_KEY] ?? '', auth }];
    }),
  );
}

function readAuth(variable: string, value = 'basic'): 'basic' | 'bearer' {
  if (value === 'basic' || value === 'bearer') return value;
  throw new ConfigError(variable, 'must be "basic" or "bearer"; leave it out for "basic"');
}
