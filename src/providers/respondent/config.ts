import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';
import { requestRate, type AccountConfig } from '../request-rate.js';

/** What a worker needs for one account at Respondent. */
export interface RespondentConfig extends AccountConfig {
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
const RATE = 'RESPONDENT_REQUESTS_PER_SECOND';

/** Respondent's own pages say these of its two hosts. Their daily limits (1,000,000 and 200,000) are not kept here. */
const DOCUMENTED_RATES: Readonly<Record<string, number>> = {
  'api.respondent.io': 250,
  'api-staging.respondent.io': 50,
};

/** The Respondent accounts in the environment. Throws `ConfigError`. */
export function readRespondentConfig(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, RespondentConfig> {
  const spec = { baseUrl: BASE_URL, required: [API_KEY, API_SECRET], optional: [GUARD, RATE] };
  const accounts = accountsFromEnv(env, spec);
  return new Map([...accounts].map(([account, values]) => [account, toConfig(account, values)]));
}

function toConfig(account: string, values: Readonly<Record<string, string>>): RespondentConfig {
  const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
  const baseUrl = values[BASE_URL] ?? '';
  return {
    baseUrl,
    apiKey: values[API_KEY] ?? '',
    apiSecret: values[API_SECRET] ?? '',
    guardProven: readGuard(GUARD + suffix, values[GUARD]),
    ...requestRate(RATE + suffix, values[RATE], DOCUMENTED_RATES[new URL(baseUrl).host]),
  };
}

function readGuard(variable: string, value = 'unproven'): boolean {
  if (value === 'proven') return true;
  if (value === 'unproven') return false;
  throw new ConfigError(variable, 'must be "proven" or "unproven"; leave it out for "unproven"');
}
