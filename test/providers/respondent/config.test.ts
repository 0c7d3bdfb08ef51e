import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/providers/config-error.js';
import { respondent } from '../../../src/providers/respondent/index.js';

const read = (env: Readonly<Record<string, string | undefined>>) => Object.fromEntries(respondent.readConfig(env));
const BASE = { RESPONDENT_BASE_URL: 'https://respondent.example' };
const DEFAULT = { ...BASE, RESPONDENT_API_KEY: 'key-1', RESPONDENT_API_SECRET: 'secret-1' };
const US = { RESPONDENT_API_KEY__US: 'key-2', RESPONDENT_API_SECRET__US: 'secret-2' };

describe('the accounts in the environment', () => {
  it('are none where nothing is set', () => {
    expect(read({})).toEqual({});
    expect(read({ RESPONDENT_API_KEY: '', RESPONDENT_BASE_URL: '  ', RESPONDENT_API_KEY__US: undefined })).toEqual({});
    expect(read({ MANIFEST_API_KEY: 'x', RESPONDENT_OTHER: 'y' })).toEqual({});
  });

  it('are the unsuffixed one and the named ones', () => {
    expect(read({ ...DEFAULT, ...US, RESPONDENT_BASE_URL__US: 'https://us.respondent.example' })).toEqual({
      default: { baseUrl: 'https://respondent.example', apiKey: 'key-1', apiSecret: 'secret-1', guardProven: false },
      us: { baseUrl: 'https://us.respondent.example', apiKey: 'key-2', apiSecret: 'secret-2', guardProven: false },
    });
  });

  it('may be a named one alone, with the base URL of all', () => {
    expect(read({ ...BASE, ...US })).toEqual({
      us: { baseUrl: 'https://respondent.example', apiKey: 'key-2', apiSecret: 'secret-2', guardProven: false },
    });
  });

  it('do not pass the guard on to each other', () => {
    const accounts = read({ ...DEFAULT, ...US, RESPONDENT_GUARD: 'proven' });
    expect(accounts).toMatchObject({ default: { guardProven: true }, us: { guardProven: false } });
    expect(read({ ...BASE, ...US, RESPONDENT_GUARD__US: 'proven' })).toMatchObject({ us: { guardProven: true } });
    expect(read({ ...DEFAULT, RESPONDENT_GUARD: 'unproven' })).toMatchObject({ default: { guardProven: false } });
  });

  it('have their values trimmed, and the base URL in one form', () => {
    const env = {
      ...DEFAULT,
      RESPONDENT_API_KEY: ' key-1\n',
      RESPONDENT_BASE_URL: ' HTTPS://Respondent.Example:443/x/// ',
    };
    expect(read(env)).toMatchObject({ default: { apiKey: 'key-1', baseUrl: 'https://respondent.example/x' } });
  });

  it('connect with their host, their guard, and credentials as one string', () => {
    const config = respondent.readConfig({ ...DEFAULT, RESPONDENT_GUARD: 'proven' }).get('default');
    if (!config) throw new Error('no account');
    expect(respondent.connect(config, { httpTimeoutMs: 100 })).toMatchObject({
      host: 'https://respondent.example',
      secret: '["key-1","secret-1"]',
      guardProven: true,
    });
  });
});

describe('what is missing or wrong is named, and its value is not shown', () => {
  it.each([
    ['RESPONDENT_API_SECRET', { ...BASE, RESPONDENT_API_KEY: 'k' }],
    ['RESPONDENT_API_KEY', { ...BASE, RESPONDENT_API_SECRET: 's' }],
    ['RESPONDENT_API_KEY', BASE],
    ['RESPONDENT_API_KEY', { ...BASE, ...US, RESPONDENT_GUARD: 'proven' }],
    ['RESPONDENT_BASE_URL', { RESPONDENT_API_KEY: 'k', RESPONDENT_API_SECRET: 's' }],
    ['RESPONDENT_BASE_URL__US', US],
    // A named account never borrows the credentials of the default one.
    ['RESPONDENT_API_SECRET__US', { ...DEFAULT, RESPONDENT_API_KEY__US: 'k' }],
    ['RESPONDENT_API_KEY__US', { ...DEFAULT, RESPONDENT_BASE_URL__US: 'https://x.example' }],
    ['RESPONDENT_API_KEY__US', { ...DEFAULT, RESPONDENT_GUARD__US: 'proven' }],
    ['RESPONDENT_API_KEY__us', { ...DEFAULT, RESPONDENT_API_KEY__us: 'k' }],
    ['RESPONDENT_API_KEY__', { ...DEFAULT, RESPONDENT_API_KEY__: 'k' }],
    ['RESPONDENT_API_KEY__U-S', { ...DEFAULT, 'RESPONDENT_API_KEY__U-S': 'k' }],
    [`RESPONDENT_API_KEY__${'A'.repeat(33)}`, { ...DEFAULT, [`RESPONDENT_API_KEY__${'A'.repeat(33)}`]: 'k' }],
    ['RESPONDENT_API_KEY__DEFAULT', { ...BASE, RESPONDENT_API_KEY__DEFAULT: 'k' }],
    ['RESPONDENT_API_KEY', { ...DEFAULT, RESPONDENT_API_KEY: 'sesame\nopen' }],
    ['RESPONDENT_API_SECRET', { ...DEFAULT, RESPONDENT_API_SECRET: 'sésame' }],
    ['RESPONDENT_GUARD', { ...DEFAULT, RESPONDENT_GUARD: 'sesame' }],
    ['RESPONDENT_GUARD__US', { ...BASE, ...US, RESPONDENT_GUARD__US: 'Proven' }],
    ['RESPONDENT_BASE_URL', { ...DEFAULT, RESPONDENT_BASE_URL: 'sesame' }],
    ['RESPONDENT_BASE_URL', { ...DEFAULT, RESPONDENT_BASE_URL: 'ftp://x.example' }],
    ['RESPONDENT_BASE_URL', { ...DEFAULT, RESPONDENT_BASE_URL: 'https://user:sesame@x.example' }],
    ['RESPONDENT_BASE_URL', { ...DEFAULT, RESPONDENT_BASE_URL: 'https://x.example?key=sesame' }],
    ['RESPONDENT_BASE_URL', { ...DEFAULT, RESPONDENT_BASE_URL: 'https://x.example/#sesame' }],
    ['RESPONDENT_BASE_URL', { ...BASE, ...US, RESPONDENT_BASE_URL: 'sesame' }],
    ['RESPONDENT_BASE_URL__US', { ...BASE, ...US, RESPONDENT_BASE_URL__US: 'sesame' }],
  ] as const)('%s', (variable, env: Readonly<Record<string, string>>) => {
    const reading = () => respondent.readConfig(env);
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(
      expect.objectContaining({ variable, message: expect.not.stringMatching(/sesame|sésame/) as string }) as Error,
    );
  });
});
