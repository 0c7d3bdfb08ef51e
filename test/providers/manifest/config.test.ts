import { describe, expect, it } from 'vitest';
import { readManifestConfig } from '../../../src/providers/manifest/config.js';

const ENV = { MANIFEST_BASE_URL: 'https://manifest.test/enterprise/v1/', MANIFEST_API_KEY: 'made-up-key' };
const BASE_URL = 'https://manifest.test/enterprise/v1';

describe('the Manifest accounts in the environment', () => {
  it('are none where no variable is set', () => {
    expect(readManifestConfig({ PATH: '/bin' }).size).toBe(0);
  });

  it('are read with their defaults', () => {
    expect([...readManifestConfig(ENV)]).toEqual([
      ['default', { baseUrl: BASE_URL, apiKey: 'made-up-key', auth: 'basic' }],
    ]);
  });

  it('are told apart by the end of the variable, and share the base URL alone', () => {
    const accounts = readManifestConfig({ ...ENV, MANIFEST_AUTH: 'bearer', MANIFEST_API_KEY__US: 'made-up-key-us' });
    expect([...accounts]).toEqual([
      ['default', { baseUrl: BASE_URL, apiKey: 'made-up-key', auth: 'bearer' }],
      ['us', { baseUrl: BASE_URL, apiKey: 'made-up-key-us', auth: 'basic' }],
    ]);
  });

  it('may be a named one alone, with a base URL of its own', () => {
    const accounts = readManifestConfig({
      MANIFEST_BASE_URL__US: 'https://us.manifest.test/v1',
      MANIFEST_API_KEY__US: 'made-up-key-us',
      MANIFEST_AUTH__US: 'bearer',
    });
    expect([...accounts]).toEqual([
      ['us', { baseUrl: 'https://us.manifest.test/v1', apiKey: 'made-up-key-us', auth: 'bearer' }],
    ]);
  });

  it.each([
    [{ MANIFEST_BASE_URL: undefined }, 'MANIFEST_BASE_URL: is missing; set it'],
    [{ MANIFEST_BASE_URL: 'manifest.test' }, 'MANIFEST_BASE_URL: is no URL'],
    [{ MANIFEST_API_KEY: '' }, 'MANIFEST_API_KEY: is missing'],
    // Never the unsuffixed key: it would pay from another purse.
    [{ MANIFEST_BASE_URL__US: 'https://us.manifest.test/v1' }, 'MANIFEST_API_KEY__US: is missing for account "us"'],
    [{ MANIFEST_AUTH: 'digest' }, 'MANIFEST_AUTH: must be "basic" or "bearer"; leave it out for "basic"'],
    [{ MANIFEST_API_KEY__US: 'made-up', MANIFEST_AUTH__US: 'x' }, 'MANIFEST_AUTH__US: must be'],
    [{ MANIFEST_API_KEY: 'Bearer sesame' }, 'MANIFEST_API_KEY: must be the key alone, without spaces'],
    [{ MANIFEST_API_KEY: 'sesame:' }, 'MANIFEST_API_KEY: must be the key alone; remove the ":"'],
    [{ MANIFEST_API_KEY__US: 'sesame:' }, 'MANIFEST_API_KEY__US: must be the key alone'],
  ])('are refused with %j, naming the variable and never its value', (wrong, message) => {
    const read = () => readManifestConfig({ ...ENV, ...wrong });
    expect(read).toThrow(message);
    expect(read).toThrow(
      expect.objectContaining({ code: 'config', message: expect.not.stringContaining('sesame') as string }),
    );
  });

  it('may have a ":" in a key that travels as it is', () => {
    const env = { ...ENV, MANIFEST_API_KEY: 'made:up', MANIFEST_AUTH: 'bearer' };
    expect(readManifestConfig(env).get('default')?.apiKey).toBe('made:up');
  });
});
