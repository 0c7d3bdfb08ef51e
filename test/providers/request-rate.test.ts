import { describe, expect, it } from 'vitest';
import { readServedAccounts } from '../../src/worker/accounts.js';
import { PROVIDERS } from '../../src/providers/registry.js';

const ENV = {
  MANIFEST_BASE_URL: 'https://manifest.test/enterprise/v1',
  MANIFEST_API_KEY: 'made-up',
  PROLIFIC_BASE_URL: 'https://prolific.test/api/v1',
  PROLIFIC_API_TOKEN: 'made-up',
  RESPONDENT_BASE_URL: 'https://respondent.test',
  RESPONDENT_API_KEY: 'made-up',
  RESPONDENT_API_SECRET: 'made-up',
};
const CREDENTIALS: Readonly<Record<string, readonly string[]>> = {
  manifest: ['MANIFEST_API_KEY'],
  prolific: ['PROLIFIC_API_TOKEN'],
  respondent: ['RESPONDENT_API_KEY', 'RESPONDENT_API_SECRET'],
};

/** The limits of a provider's accounts, by the account's name. */
function readRates(name: string, given: Readonly<Record<string, string>> = {}) {
  const provider = PROVIDERS.find((one) => one.name === name);
  const accounts = provider?.readConfig({ ...ENV, ...given }) ?? new Map<string, never>();
  return Object.fromEntries([...accounts].map(([account, { requestsPerSecond }]) => [account, requestsPerSecond]));
}

describe.each(Object.entries(CREDENTIALS))('the limit of requests at %s', (name, credentials) => {
  const variable = `${name.toUpperCase()}_REQUESTS_PER_SECOND`;
  const us = Object.fromEntries(credentials.map((credential) => [`${credential}__US`, 'made-up-us']));

  it('is none, unless it is configured', () => {
    expect(readRates(name)).toEqual({ default: undefined });
  });

  it('is configured for each account, and not inherited', () => {
    expect(readRates(name, { ...us, [variable]: '20', [`${variable}__US`]: '0.5' })).toEqual({ default: 20, us: 0.5 });
    expect(readRates(name, { ...us, [variable]: '20' })).toEqual({ default: 20, us: undefined });
  });

  it.each(['0', '-1', 'fast', '1e3', '10000', '0.00001'])('is refused as %s, naming the variable', (wrong) => {
    expect(() => readRates(name, { [variable]: wrong })).toThrow(`${variable}: must be a number of requests above 0`);
    expect(() => readRates(name, { ...us, [`${variable}__US`]: wrong })).toThrow(`${variable}__US: must be`);
  });
});

it.each([
  ['https://api.respondent.io', 250],
  ['https://api-staging.respondent.io', 50],
])('at %s it is what Respondent documents, %i, unless another one is configured', (baseUrl, documented) => {
  expect(readRates('respondent', { RESPONDENT_BASE_URL: baseUrl })).toEqual({ default: documented });
  const configured = { RESPONDENT_BASE_URL: baseUrl, RESPONDENT_REQUESTS_PER_SECOND: '10' };
  expect(readRates('respondent', configured)).toEqual({ default: 10 });
});

it('is kept where there is a ledger, over which workers share it', () => {
  const env = { ...ENV, MANIFEST_REQUESTS_PER_SECOND: '20' };
  const isPaced = (ledger?: { readonly db: never }) =>
    readServedAccounts(env, ledger).map(({ provider, pace }) => `${provider.name} ${pace !== undefined}`);
  expect(isPaced({ db: {} as never })).toEqual(['manifest true', 'prolific false', 'respondent false']);
  expect(isPaced()).toEqual(['manifest false', 'prolific false', 'respondent false']);
});
