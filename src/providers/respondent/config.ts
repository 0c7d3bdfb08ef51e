import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';

/** What a worker needs for one account at Respondent. */
export interface RespondentConfig {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The operator has seen for himself that Respondent refuses a repeated `payoutCount`. Its documents do not say so. */
  readonly guardProven: boolean;
}

const BASE_URL = 'RESPONDENT_BASE_URL';
const API_KEY = 'RESPONDENT_API_KEY';
const API_SECRET = 'RESPONDENT_API_SECRET';
const GUARD = 'RESPONDENT_GUARD';

/** The Respondent accounts in the environment. Throws `ConfigError`. */
export function readRespondentConfig(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, RespondentConfig> {
  const accounts = accountsFromEnv(env, { baseUrl: BASE_URL, required: [API_KEY, API_SECRET], optional: [GUARD] });
  return new Map([...accounts].map(([account, values]) => [account, toConfig(account, values)]));
}

function toConfig(account: string, values: Readonly<Record<string, string>>): RespondentConfig {
  const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
  return {
    baseUrl: values[BASE_URL] ?? '',
    apiKey: values[API_KEY] ?? '',
    apiSecret: values[API_SECRET] ?? '',
    guardProven: readGuard(GUARD + suffix, values[GUARD]),
  };
}

function readGuard(variable: string, value = 'unproven'): boolean {
  if (value === 'proven') return true;
  if (value === 'unproven') return false;
  throw new ConfigError(variable, 'must be "proven" or "unproven"; leave it out for "unproven"');
}
