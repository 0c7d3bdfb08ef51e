import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';
import { requestRate, type AccountConfig } from '../request-rate.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a worker needs for one account at Prolific. */
export interface ProlificConfig extends AccountConfig {
  /** Ends in `/api/v1`, without a trailing slash. */
  readonly baseUrl: string;
  readonly token: string;
  /** Names the call lane: two accounts in one workspace must share it. */
  readonly workspaceId?: string;
  readonly maxIdsPerBulk: number;
}

const BASE_URL = 'PROLIFIC_BASE_URL';
const TOKEN = 'PROLIFIC_API_TOKEN';
const WORKSPACE = 'PROLIFIC_WORKSPACE_ID';
const MAX_IDS = 'PROLIFIC_MAX_IDS_PER_BULK';
const RATE = 'PROLIFIC_REQUESTS_PER_SECOND';

/** Second-hand knowledge, hence configurable: Prolific's own table of limits could not be read. */
export const MAX_IDS_PER_BULK = 200;

/** The Prolific accounts in the environment. Throws `ConfigError`. */
export function readProlificConfig(env: Environment): ReadonlyMap<string, ProlificConfig> {
  const accounts = accountsFromEnv(env, { baseUrl: BASE_URL, required: [TOKEN], optional: [WORKSPACE, MAX_IDS, RATE] });
  return new Map([...accounts].map(([account, values]) => [account, toConfig(env, account, values)]));
}

function toConfig(env: Environment, account: string, values: Readonly<Record<string, string>>): ProlificConfig {
  const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
  const ownBaseUrl = (env[BASE_URL + suffix]?.trim() ?? '') !== '';
  const workspaceId = values[WORKSPACE];
  return {
    baseUrl: readBaseUrl(ownBaseUrl ? BASE_URL + suffix : BASE_URL, values[BASE_URL] ?? ''),
    token: readToken(TOKEN + suffix, values[TOKEN] ?? ''),
    ...(workspaceId === undefined ? {} : { workspaceId: readWorkspaceId(WORKSPACE + suffix, workspaceId) }),
    maxIdsPerBulk: readMaxIds(MAX_IDS + suffix, values[MAX_IDS]),
    ...requestRate(RATE + suffix, values[RATE]),
  };
}

function readBaseUrl(variable: string, value: string): string {
  const baseUrl = value.replace(/\/+$/, '');
  if (baseUrl.endsWith('/api/v1')) return baseUrl;
  throw new ConfigError(variable, 'must end in /api/v1; write it as https://api.prolific.com/api/v1');
}

/** A token is one word. With anything else in it, the header would be refused or could not even be sent. */
function readToken(variable: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new ConfigError(variable, 'must be the token alone, without spaces and without the word "Token" before it');
}

function readWorkspaceId(variable: string, value: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(value)) return value;
  throw new ConfigError(
    variable,
    'must be 1 to 100 of A-Z, a-z, 0-9, _ and -; copy the id of the workspace from its address',
  );
}

function readMaxIds(variable: string, value: string | undefined): number {
  if (value === undefined) return MAX_IDS_PER_BULK;
  const maxIds = Number(value);
  if (/^\d{1,5}$/.test(value) && maxIds >= 1) return maxIds;
  throw new ConfigError(variable, `must be a whole number from 1; leave it out for ${MAX_IDS_PER_BULK}`);
}
