import { ConfigError } from './config-error.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AccountVariables {
  /** The variable of the base URL, where an account has one. A named account without its own uses the unsuffixed one. */
  readonly baseUrl?: string;
  /** The credentials. A named account never falls back to the unsuffixed ones: they would pay from another purse. */
  readonly required: readonly string[];
  /** Settings of one account. They are not inherited either. */
  readonly optional?: readonly string[];
}

/**
 * The accounts that the environment configures: `default` by unsuffixed variables, `us` by variables that end in `__US`.
 * Each maps the unsuffixed variable name to its value; the base URL is validated and has no trailing slash.
 * Throws `ConfigError` naming the variable that is missing or wrong. An empty variable counts as not set.
 */
export function accountsFromEnv(
  env: Environment,
  spec: AccountVariables,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const accounts = new Map<string, Readonly<Record<string, string>>>();
  for (const account of accountNames(env, spec)) accounts.set(account, readAccount(env, spec, account));
  const { baseUrl } = spec;
  if (accounts.size === 0 && baseUrl !== undefined && readValue(env, baseUrl) !== undefined)
    readAccount(env, spec, DEFAULT_ACCOUNT);
  return accounts;
}

const DEFAULT_ACCOUNT = 'default';

/** `default` first, then by name, so that messages and lists do not depend on the environment's order. */
function accountNames(env: Environment, { baseUrl, required, optional = [] }: AccountVariables): readonly string[] {
  // The unsuffixed base URL may be there for the named accounts only, so it does not make `default` an account.
  const hasDefault = [...required, ...optional].some((variable) => readValue(env, variable) !== undefined);
  const named = [...(baseUrl === undefined ? [] : [baseUrl]), ...required, ...optional].flatMap((variable) =>
    namedAccounts(env, variable),
  );
  return [...(hasDefault ? [DEFAULT_ACCOUNT] : []), ...[...new Set(named)].sort()];
}

function namedAccounts(env: Environment, variable: string): readonly string[] {
  const prefix = `${variable}__`;
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && readValue(env, name) !== undefined)
    .map((name) => accountOf(name, name.slice(prefix.length)));
}

function accountOf(variable: string, suffix: string): string {
  if (!/^[A-Z0-9_]{1,32}$/.test(suffix)) {
    throw new ConfigError(variable, 'the account after "__" must be 1 to 32 of A-Z, 0-9 and _; rename the variable');
  }
  const account = suffix.toLowerCase();
  if (account === DEFAULT_ACCOUNT)
    throw new ConfigError(variable, 'the account "default" is written without "__DEFAULT"');
  return account;
}

function readAccount(env: Environment, spec: AccountVariables, account: string): Readonly<Record<string, string>> {
  const suffix = account === DEFAULT_ACCOUNT ? '' : `__${account.toUpperCase()}`;
  const { baseUrl } = spec;
  const values: Record<string, string> = baseUrl === undefined ? {} : { [baseUrl]: readBaseUrl(env, baseUrl, suffix) };
  for (const variable of spec.required) {
    const value = readValue(env, variable + suffix);
    if (value === undefined) throw new ConfigError(variable + suffix, `is missing for account "${account}"; set it`);
    values[variable] = value;
  }
  for (const variable of spec.optional ?? []) {
    const value = readValue(env, variable + suffix);
    if (value !== undefined) values[variable] = value;
  }
  return values;
}

function readBaseUrl(env: Environment, variable: string, suffix: string): string {
  const own = readValue(env, variable + suffix);
  const value = own ?? readValue(env, variable);
  if (value === undefined) {
    const orShared = suffix === '' ? '' : `, or ${variable} for every account`;
    throw new ConfigError(variable + suffix, `is missing; set it${orShared}`);
  }
  return parseBaseUrl(own === undefined ? variable : variable + suffix, value);
}

function parseBaseUrl(variable: string, value: string): string {
  if (!URL.canParse(value)) throw new ConfigError(variable, 'is no URL; write it as https://host/path');
  const url = new URL(value);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ConfigError(variable, 'must begin with http:// or https://');
  // The base URL is shown, stored with the claim and compared: no secret may ride in it.
  if (url.username !== '' || url.password !== '')
    throw new ConfigError(variable, 'must hold no user name and password');
  if (/[?#]/.test(value)) throw new ConfigError(variable, 'must hold no "?" and no "#"; remove what follows the path');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function readValue(env: Environment, variable: string): string | undefined {
  const value = env[variable]?.trim();
  if (value === undefined || value === '') return undefined;
  // Node throws on such a header only when the request is made, and then nobody could say that nothing was sent.
  if (!/^[\x20-\x7e]+$/.test(value)) throw new ConfigError(variable, 'holds a character that no HTTP header can carry');
  return value;
}
